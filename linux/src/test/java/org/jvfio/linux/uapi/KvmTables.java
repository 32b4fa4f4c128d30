// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.uapi;

import static org.jvfio.linux.uapi.UapiTable.U32;
import static org.jvfio.linux.uapi.UapiTable.U64;

/** What we believe of {@code linux/kvm.h}. */
final class KvmTables {
    private KvmTables() {}

    static void vfioDevice(UapiTable ours) {
        ours.requests(
                        KvmRequests.GET_API_VERSION,
                        KvmRequests.CREATE_VM,
                        KvmRequests.CHECK_EXTENSION,
                        KvmRequests.CREATE_DEVICE,
                        KvmRequests.SET_DEVICE_ATTR,
                        KvmRequests.HAS_DEVICE_ATTR)
                .number("KVM_API_VERSION", KvmRequests.API_VERSION)
                .number("KVM_CAP_DEVICE_CTRL", KvmRequests.CAP_DEVICE_CTRL)
                .number("KVM_DEV_TYPE_VFIO", KvmCreateDevice.VFIO)
                .number("KVM_CREATE_DEVICE_TEST", KvmCreateDevice.TEST)
                .number("KVM_DEV_VFIO_GROUP", KvmDeviceAttr.VFIO_FILE)
                .number("KVM_DEV_VFIO_GROUP_ADD", KvmDeviceAttr.FILE_ADD)
                .number("KVM_DEV_VFIO_GROUP_DEL", KvmDeviceAttr.FILE_DEL);
        ours.struct("kvm_create_device", KvmCreateDevice.SIZE)
                .field("type", KvmCreateDevice.TYPE_AT, U32)
                .field("fd", KvmCreateDevice.FD_AT, U32)
                .field("flags", KvmCreateDevice.FLAGS_AT, U32);
        ours.struct("kvm_device_attr", KvmDeviceAttr.SIZE)
                .field("flags", KvmDeviceAttr.FLAGS_AT, U32)
                .field("group", KvmDeviceAttr.GROUP_AT, U32)
                .field("attr", KvmDeviceAttr.ATTR_AT, U64)
                .field("addr", KvmDeviceAttr.ADDR_AT, U64);
    }
}
