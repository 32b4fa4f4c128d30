// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import org.jvfio.linux.Errno;
import org.jvfio.linux.uapi.KvmCreateDevice;
import org.jvfio.linux.uapi.KvmRequests;

/** A virtual machine, which runs nothing and can have a VFIO device. */
final class KvmVmFile extends OpenFile {
    private final Machine machine;
    private final Requests requests;
    private boolean hasVfio;

    KvmVmFile(Machine machine) {
        this.machine = machine;
        this.requests =
                new Requests(machine.abi(), Errno.ENOTTY)
                        .on(KvmRequests.CHECK_EXTENSION, KvmFile::extension)
                        .on(KvmRequests.CREATE_DEVICE, this::createDevice);
    }

    @Override
    public String description() {
        return "anon_inode:kvm-vm";
    }

    @Override
    Requests requests() {
        return requests;
    }

    private int createDevice(long argument) {
        UserBytes device = UserBytes.at(argument, KvmCreateDevice.SIZE);
        Refused.when(device.i32(0) != KvmCreateDevice.VFIO, Errno.ENODEV);
        if ((device.i32(8) & KvmCreateDevice.TEST) != 0) {
            return 0;
        }
        Refused.when(hasVfio, Errno.EBUSY);
        device.u32(4, machine.descriptors().add(new KvmVfioFile(machine, this)));
        hasVfio = true;
        return 0;
    }

    /** Its VFIO device is closed. */
    void vfioClosed() {
        hasVfio = false;
    }
}
