// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.util.LinkedHashSet;
import java.util.Set;
import org.jvfio.linux.Errno;
import org.jvfio.linux.uapi.KvmDeviceAttr;
import org.jvfio.linux.uapi.KvmRequests;

/** A virtual machine's VFIO device. It keeps the files that it knows open. */
final class KvmVfioFile extends OpenFile {
    private final Machine machine;
    private final KvmVmFile vm;
    private final Requests requests;
    private final Set<OpenFile> known = new LinkedHashSet<>();

    KvmVfioFile(Machine machine, KvmVmFile vm) {
        this.machine = machine;
        this.vm = vm;
        this.requests =
                new Requests(machine.abi(), Errno.ENOTTY)
                        .on(KvmRequests.HAS_DEVICE_ATTR, this::has)
                        .on(KvmRequests.SET_DEVICE_ATTR, this::set);
    }

    @Override
    public String description() {
        return "anon_inode:kvm-vfio";
    }

    @Override
    Requests requests() {
        return requests;
    }

    private static boolean isKnown(UserBytes attribute) {
        long number = attribute.u64(8);
        return attribute.i32(4) == KvmDeviceAttr.VFIO_FILE
                && (number == KvmDeviceAttr.FILE_ADD || number == KvmDeviceAttr.FILE_DEL);
    }

    private int has(long argument) {
        Refused.when(!isKnown(UserBytes.at(argument, KvmDeviceAttr.SIZE)), Errno.ENXIO);
        return 0;
    }

    private int set(long argument) {
        UserBytes attribute = UserBytes.at(argument, KvmDeviceAttr.SIZE);
        Refused.when(!isKnown(attribute), Errno.ENXIO);
        int descriptor = UserBytes.at(attribute.u64(16), Integer.BYTES).i32(0);
        OpenFile file = machine.descriptors().get(descriptor);
        if (attribute.u64(8) == KvmDeviceAttr.FILE_ADD) {
            add(file);
        } else {
            remove(file);
        }
        return 0;
    }

    private void add(OpenFile file) {
        boolean ofVfio = file instanceof GroupFile || file instanceof DeviceFile;
        Refused.when(!ofVfio, Errno.EINVAL);
        Refused.when(!known.add(file), Errno.EEXIST);
        file.retain();
        file.usedBy(vm);
    }

    private void remove(OpenFile file) {
        Refused.when(!known.remove(file), Errno.ENOENT);
        forget(file);
    }

    private static void forget(OpenFile file) {
        file.usedBy(null);
        file.drop();
    }

    @Override
    void release() {
        known.forEach(KvmVfioFile::forget);
        known.clear();
        vm.vfioClosed();
    }
}
