// SPDX-License-Identifier: Apache-2.0
package org.jvfio.backend.spapr;

import java.util.Set;
import org.jvfio.ProviderStatus;
import org.jvfio.VfioException;
import org.jvfio.spi.Backend;
import org.jvfio.spi.BackendContext;
import org.jvfio.spi.BackendProvider;
import org.jvfio.spi.SpiVersion;

/** Will provide the sPAPR TCE IOMMU of POWER; this version says only that it does not yet. */
public final class SpaprProvider implements BackendProvider {
    private static final String NAME = "spapr";
    private static final String EXPLANATION = "not implemented in this version";
    private static final int AFTER_THE_OTHERS = 30;

    /** For {@link java.util.ServiceLoader}. */
    public SpaprProvider() {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int spiVersion() {
        return SpiVersion.CURRENT;
    }

    @Override
    public int preference() {
        return AFTER_THE_OTHERS;
    }

    @Override
    public Set<String> options() {
        return Set.of();
    }

    @Override
    public ProviderStatus status(BackendContext context) {
        return ProviderStatus.unusable(NAME, EXPLANATION);
    }

    @Override
    public Backend open(BackendContext context) {
        throw new VfioException("backend " + NAME, "open", EXPLANATION);
    }
}
