// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jvfio.AttachOptions;
import org.jvfio.Descriptor;
import org.jvfio.Vfio;
import org.jvfio.device.ApDevice;
import org.jvfio.device.ApMatrix;
import org.jvfio.device.MdevAddress;
import org.jvfio.linux.ApMatrices;
import org.jvfio.linux.Fcntl;
import org.jvfio.linux.Kernel;
import org.jvfio.linux.KernelException;
import org.jvfio.linux.LinuxHost;
import org.jvfio.linux.uapi.KvmRequests;

/** Matrices that are made for one test and taken away after it, and a virtual machine for them. */
final class Matrices implements AutoCloseable {
    private final Bench bench;
    private final Vfio vfio;
    private final Kernel kernel;
    private final ApMatrices all;
    private final List<UUID> made = new ArrayList<>();
    private final int kvm;

    Matrices(Bench bench) throws KernelException {
        this.bench = bench;
        Vfio looking = bench.open();
        this.kernel = LinuxHost.of(looking.host()).kernel();
        looking.close();
        this.kvm = kernel.open("/dev/kvm", Fcntl.O_RDWR);
        assertTrue(kvm >= 0, "/dev/kvm: errno " + -kvm);
        int vm = KvmRequests.CREATE_VM.call(kernel, kvm, 0);
        this.vfio = bench.open(session -> session.kvm(Descriptor.owned(vm)));
        this.all = ApMatrices.on(vfio.host());
    }

    ApMatrices all() {
        return all;
    }

    UUID make(ApMatrix matrix) {
        UUID name = UUID.randomUUID();
        all.create(name, matrix);
        made.add(name);
        return name;
    }

    void remove(UUID name) {
        all.remove(name);
        made.remove(name);
    }

    /** Opens a matrix for the virtual machine. */
    ApDevice attach(UUID name) {
        return attach(name, options());
    }

    /** Opens a matrix by its open character device. */
    ApDevice attach(UUID name, Descriptor cdev) {
        return attach(name, options().descriptor(cdev));
    }

    private ApDevice attach(UUID name, AttachOptions options) {
        return vfio.addressSpace().attach(MdevAddress.ap(name), options);
    }

    private AttachOptions options() {
        return AttachOptions.defaults().backend(bench.backend());
    }

    /** Closes the session, whose open matrices could not be removed, and removes what was made. */
    @Override
    public void close() {
        vfio.close();
        made.forEach(all::remove);
        assertEquals(0, kernel.close(kvm));
    }
}
