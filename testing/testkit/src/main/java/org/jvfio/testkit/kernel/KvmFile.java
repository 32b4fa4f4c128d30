// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.util.Optional;
import org.jvfio.linux.DeviceNumber;
import org.jvfio.linux.Errno;
import org.jvfio.linux.uapi.KvmRequests;

/** An open {@code /dev/kvm}: it makes virtual machines. */
final class KvmFile extends OpenFile {
    static final String PATH = "/dev/kvm";
    static final DeviceNumber NUMBER = new DeviceNumber(10, 232);

    private final Machine machine;
    private final Requests requests;

    KvmFile(Machine machine) {
        this.machine = machine;
        this.requests =
                new Requests(machine.abi(), Errno.EINVAL)
                        .on(KvmRequests.GET_API_VERSION, argument -> KvmRequests.API_VERSION)
                        .on(KvmRequests.CHECK_EXTENSION, KvmFile::extension)
                        .on(KvmRequests.CREATE_VM, this::createVm);
    }

    /** {@code KVM_CHECK_EXTENSION}, of this file and of a virtual machine. */
    static int extension(long extension) {
        return extension == KvmRequests.CAP_DEVICE_CTRL ? 1 : 0;
    }

    private int createVm(long kind) {
        Refused.when(kind != 0, Errno.EINVAL);
        return machine.descriptors().add(new KvmVmFile(machine));
    }

    @Override
    public String description() {
        return PATH;
    }

    @Override
    Optional<DeviceNumber> number() {
        return Optional.of(NUMBER);
    }

    @Override
    Requests requests() {
        return requests;
    }
}
