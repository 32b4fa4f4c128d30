# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2054,SC2154
# What is particular to a ppc64le guest (pseries, sPAPR). The README has the table of devices.

QEMU=qemu-system-ppc64
QEMU_PACKAGE=qemu-system-ppc
KERNEL_IMAGE=vmlinux.gz
KERNEL_TARGET=vmlinux
KERNEL_PATH=vmlinux
KERNEL_ARCH=powerpc
CROSS_PREFIX=powerpc64le-linux-gnu-

DEBIAN_ARCH=ppc64el
declare -A TOOLS=([gzip]=gzip)

KERNEL_WORDS=(console=hvc0)
TEST_WORDS=()

# The capabilities that TCG does not have.
MACHINE=(-M 'pseries,cap-cfpc=broken,cap-sbbc=broken,cap-ibs=broken,cap-ccf-assist=off' -cpu power9)

# The testbed's own devices, on the machine's first host bridge.
ROOT_DISK=virtio-blk-pci,addr=1
JOB_DISK=virtio-blk-pci,addr=2
CHANNEL_BUS=virtio-serial-pci,addr=3,ioeventfd=off
FOLDER=virtio-9p-pci,addr=4
NO_FOLDER=pci-testdev,addr=4

choose_iommu() {
    [ "$1" = default ] || usage_error "--iommu $1: ppc64le has the IOMMU of its machine and no other"
    IOMMU=''
}

# QEMU boots no compressed kernel of this architecture.
prepare_machine() {
    gzip -dc "$kernel" >"$work/vmlinux"
    kernel=$work/vmlinux
}

# A host bridge is one IOMMU group, and it is viable when no other driver has a device on it. So the devices under
# test are on bridges of their own: domain 0002 is not viable, the others are.
DEVICES=(
    spapr-pci-host-bridge,index=1,id=phb1
    nvme,bus=phb1.0,addr=1,serial=jvfio
    spapr-pci-host-bridge,index=2,id=phb2
    nvme,bus=phb2.0,addr=1,serial=other
    virtio-rng-pci,bus=phb2.0,addr=2
    spapr-pci-host-bridge,index=3,id=phb3
    edu,bus=phb3.0,addr=1,dma_mask=0xffffffffffffffff
    spapr-pci-host-bridge,index=4,id=phb4
    edu,bus=phb4.0,addr=1,dma_mask=0xffffffffffffffff
    spapr-pci-host-bridge,index=5,id=phb5
    edu,bus=phb5.0,addr=1
)
SHARED_GROUP=() IGB_DEVICES=()

# Bound to vfio-pci before the command runs.
BIND=(0001:00:01.0 0002:00:01.0 0003:00:01.0 0004:00:01.0)
SHARED_BIND=() IGB_BIND=()
