// SPDX-License-Identifier: Apache-2.0
package org.jvfio.device.pci;

import org.jvfio.device.Eeh;
import org.jvfio.device.Interrupts;

/** POWER's error handling for a function, which forgets where its messages go when it is reset. */
final class FunctionErrors implements Eeh {
    private final Eeh group;
    private final Interrupts msi;
    private final Interrupts msix;

    /**
     * That of a function.
     *
     * @param group that of its group
     */
    FunctionErrors(Eeh group, Interrupts msi, Interrupts msix) {
        this.group = group;
        this.msi = msi;
        this.msix = msix;
    }

    @Override
    public State state() {
        return group.state();
    }

    @Override
    public void enable() {
        group.enable();
    }

    @Override
    public void disable() {
        group.disable();
    }

    @Override
    public void thawIo() {
        group.thawIo();
    }

    @Override
    public void thawDma() {
        group.thawDma();
    }

    /** The kernel would take vectors for enabled that the function knows nothing of any more. */
    @Override
    public void reset(Reset kind) {
        msi.disable();
        msix.disable();
        group.reset(kind);
    }

    @Override
    public void endReset() {
        group.endReset();
    }

    @Override
    public void configure() {
        group.configure();
    }
}
