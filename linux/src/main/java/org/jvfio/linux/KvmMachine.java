// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;
import org.jvfio.Descriptor;
import org.jvfio.VfioException;
import org.jvfio.spi.KvmFiles;
import org.jvfio.spi.Teardown;

/**
 * A virtual machine and its VFIO device, which is made when the first file is added, unless the
 * embedder made it.
 */
final class KvmMachine implements KvmFiles {
    private static final System.Logger LOG = System.getLogger(KvmMachine.class.getName());

    private final @Nullable KvmVmFd vm;
    private @Nullable KvmVfioFd device;
    private int files; // That were added and not removed.

    private KvmMachine(@Nullable KvmVmFd vm, @Nullable KvmVfioFd device) {
        this.vm = vm;
        this.device = device;
    }

    /** A virtual machine without a VFIO device; it stays the caller's if it is refused. */
    static KvmMachine of(Kernel kernel, Descriptor descriptor) {
        int fd = descriptor.number();
        KvmVmFd vm = descriptor.owned() ? KvmVmFd.own(kernel, fd) : KvmVmFd.borrow(kernel, fd);
        try {
            vm.probe();
            return new KvmMachine(vm, null);
        } catch (KernelException refused) {
            throw refused.about(
                    "descriptor " + fd,
                    refused.errno().equals(Errno.ENODEV)
                            ? "this kernel's KVM knows no VFIO; it needs CONFIG_KVM_VFIO"
                            : "not a virtual machine's; it is what KVM_CREATE_VM answered");
        }
    }

    /** The VFIO device of a virtual machine; it stays the caller's if it is refused. */
    static KvmMachine ofDevice(Kernel kernel, Descriptor descriptor) {
        int fd = descriptor.number();
        KvmVfioFd device =
                descriptor.owned() ? KvmVfioFd.own(kernel, fd) : KvmVfioFd.borrow(kernel, fd);
        try {
            device.probe();
            return new KvmMachine(null, device);
        } catch (KernelException refused) {
            throw refused.about(
                    "descriptor " + fd,
                    "not a virtual machine's VFIO device; it is what KVM_CREATE_DEVICE answered for"
                            + " KVM_DEV_TYPE_VFIO");
        }
    }

    @Override
    public synchronized void add(int file, String object) {
        try {
            device().add(file);
            files++;
        } catch (KernelException refused) {
            VfioException told = refused.about(object, addAdvice(refused.errno()));
            throw Teardown.after(told, this::dropIfEmpty);
        }
    }

    /** A virtual machine whose files are all gone keeps no device that was made for them. */
    private void dropIfEmpty() {
        KvmVfioFd unused = device;
        if (files == 0 && vm != null && unused != null) {
            device = null;
            unused.close();
        }
    }

    private KvmVfioFd device() throws KernelException {
        if (device == null) {
            if (vm == null) {
                throw new IllegalStateException("the virtual machine's descriptor is given back");
            }
            try {
                device = vm.createVfioDevice();
            } catch (KernelException refused) {
                throw refused.about(vm.path(), createAdvice(refused.errno()));
            }
        }
        return device;
    }

    private static String createAdvice(Errno errno) {
        return errno.equals(Errno.EBUSY)
                ? "it has its VFIO device already, and can have one only: hand that in with"
                        + " Vfio.Builder.kvmDevice"
                : errno.meaning();
    }

    private static String addAdvice(Errno errno) {
        if (errno.equals(Errno.EEXIST)) {
            return "the virtual machine uses it already";
        }
        if (errno.equals(Errno.EINVAL)) {
            return "this kernel's KVM takes no such file; of devices it does so since Linux 6.6";
        }
        return errno.meaning();
    }

    @Override
    public synchronized void remove(int file, String object) {
        if (device == null) {
            return;
        }
        try {
            device.remove(file);
        } catch (KernelException refused) {
            VfioException told =
                    refused.about(
                            object,
                            refused.errno().meaning()
                                    + "; it stays in use as long as the virtual machine has it");
            LOG.log(Level.WARNING, "a virtual machine is not told that a file goes", told);
        }
        files--;
        dropIfEmpty();
    }

    @Override
    public synchronized void close() {
        Teardown teardown = new Teardown();
        if (device != null) {
            teardown.step(device::close);
        }
        if (vm != null) {
            teardown.step(vm::close);
        }
        teardown.finish();
    }
}
