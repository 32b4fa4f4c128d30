// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvfio.AttachOptions;
import org.jvfio.Descriptor;
import org.jvfio.Vfio;
import org.jvfio.VfioException;
import org.jvfio.device.DeviceNode;
import org.jvfio.device.PciDevice;
import org.jvfio.linux.Errno;
import org.jvfio.linux.Fcntl;
import org.jvfio.linux.KernelException;
import org.jvfio.linux.KvmVfioFd;
import org.jvfio.linux.KvmVmFd;
import org.jvfio.linux.uapi.KvmRequests;
import org.jvfio.testkit.driver.EduDriver;

/** A virtual machine that is told of the devices which a session has for it. */
@SuppressWarnings("try") // some resources are there only to be closed
public abstract class KvmContract extends Contract {
    private int kvm;
    private int vm;

    /** For extension. */
    protected KvmContract() {}

    @BeforeEach
    final void makeVirtualMachine() throws KernelException {
        kvm = kernel().open("/dev/kvm", Fcntl.O_RDWR);
        assertTrue(kvm >= 0, "/dev/kvm: errno " + -kvm);
        vm = KvmRequests.CREATE_VM.call(kernel(), kvm, 0);
    }

    @AfterEach
    final void destroyVirtualMachine() {
        kernel().close(vm);
        assertEquals(0, kernel().close(kvm));
    }

    private PciDevice attachTo(Vfio session) {
        return session.addressSpace()
                .attach(bench().edu(), AttachOptions.defaults().backend(bench().backend()));
    }

    /** Whether the kernel is told of groups, whose devices work without a virtual machine. */
    private boolean tellsGroups() {
        return !bench().backend().equals("iommufd");
    }

    /** The descriptor of the file that the kernel is told of: the group's or the device's own. */
    private int told() throws KernelException {
        DeviceNode node = vfio().device(bench().edu().name());
        String path =
                tellsGroups() ? "/dev/vfio/" + node.group().getAsInt() : node.cdev().orElseThrow();
        var number = kernel().files().deviceNumber(path);
        List<Integer> found = new ArrayList<>();
        for (String fd : kernel().files().list("/proc/self/fd")) {
            if (isDevice(fd)
                    && kernel().files().deviceNumber("/proc/self/fd/" + fd).equals(number)) {
                found.add(Integer.valueOf(fd));
            }
        }
        assertEquals(1, found.size(), path);
        return found.get(0);
    }

    /** Whether a descriptor is one of a device; it may be gone by now. */
    private boolean isDevice(String fd) {
        try {
            kernel().files().deviceNumber("/proc/self/fd/" + fd);
            return true;
        } catch (KernelException other) {
            return false;
        }
    }

    private static void assertRefused(Errno errno, KernelException refused) {
        assertEquals(errno, refused.errno());
    }

    @Test
    void machineKnowsWhatIsAttached() throws KernelException {
        try (KvmVfioFd device = KvmVmFd.borrow(kernel(), vm).createVfioDevice();
                Vfio session = bench().open(b -> b.kvmDevice(Descriptor.borrowed(device.fd())))) {
            try (PciDevice edu = attachTo(session);
                    EduDriver driver = EduDriver.start(edu)) {
                int file = told();
                assertRefused(
                        Errno.EEXIST, assertThrows(KernelException.class, () -> device.add(file)));
            }
            try (PciDevice again = attachTo(vfio())) {
                int file = told();
                assertRefused(
                        Errno.ENOENT,
                        assertThrows(KernelException.class, () -> device.remove(file)));
                device.add(file);
                device.remove(file);
            }
        }
    }

    @Test
    void deviceIsMadeOnceAndGoesWithTheSession() throws KernelException {
        KvmVmFd machine = KvmVmFd.borrow(kernel(), vm);
        try (Vfio session = bench().open(b -> b.kvm(Descriptor.borrowed(vm)))) {
            machine.createVfioDevice().close();
            attachTo(session).close();
            try (PciDevice edu = attachTo(session)) {
                int file = told();
                assertRefused(
                        Errno.EBUSY,
                        assertThrows(KernelException.class, machine::createVfioDevice));
                assertTrue(file >= 0);
            }
        }
        machine.createVfioDevice().close();
    }

    @Test
    void closedFileIsNotHeldByTheMachine() {
        try (Vfio session = bench().open(b -> b.kvm(Descriptor.borrowed(vm)))) {
            attachTo(session).close();
            attachTo(vfio()).close();
            attachTo(session).close();
        }
    }

    @Test
    void ownedMachineIsClosedWithTheSession() throws KernelException {
        bench().open(b -> b.kvm(Descriptor.owned(vm))).close();

        assertRefused(
                Errno.EBADF,
                assertThrows(
                        KernelException.class,
                        () -> KvmRequests.CHECK_EXTENSION.call(kernel(), vm, 0)));

        vm = KvmRequests.CREATE_VM.call(kernel(), kvm, 0);
        KvmVfioFd device = KvmVmFd.borrow(kernel(), vm).createVfioDevice();
        bench().open(b -> b.kvmDevice(Descriptor.owned(device.fd()))).close();
        KvmVmFd.borrow(kernel(), vm).createVfioDevice().close();
    }

    @Test
    void whatIsNoVirtualMachineIsRefusedAndStaysTheCallers() {
        VfioException noVm =
                assertThrows(
                        VfioException.class,
                        () -> bench().open(b -> b.kvm(Descriptor.owned(kvm))).close());
        assertNames(noVm, "descriptor " + kvm, "KVM_CREATE_DEVICE", "KVM_CREATE_VM");
        VfioException noDevice =
                assertThrows(
                        VfioException.class,
                        () -> bench().open(b -> b.kvmDevice(Descriptor.owned(vm))).close());
        assertNames(noDevice, "descriptor " + vm, "KVM_HAS_DEVICE_ATTR");
        assertThrows(
                IllegalArgumentException.class,
                () ->
                        bench().open(b -> b.kvm(Descriptor.owned(vm)).option("no.such", "option"))
                                .close());
    }

    @Test
    void machineWithADeviceThatNobodyHandedInSaysSo() throws KernelException {
        try (KvmVfioFd taken = KvmVmFd.borrow(kernel(), vm).createVfioDevice();
                Vfio session = bench().open(b -> b.kvm(Descriptor.borrowed(vm)))) {
            if (tellsGroups()) {
                attachTo(session).close();
                return;
            }
            VfioException refused =
                    assertThrows(VfioException.class, () -> attachTo(session).close());
            assertNames(refused, "KVM_CREATE_DEVICE", "EBUSY", "kvmDevice");
            assertEquals(List.of(), session.addressSpace().devices());
        }
    }
}
