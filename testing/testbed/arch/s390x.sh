# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2054,SC2154
# What is particular to an s390x guest: channel devices, and PCI by way of zPCI. The README has the table of devices.

QEMU=qemu-system-s390x
QEMU_PACKAGE=qemu-system-s390x
KERNEL_IMAGE=bzImage
KERNEL_TARGET=bzImage
KERNEL_PATH=arch/s390/boot/bzImage
KERNEL_ARCH=s390
CROSS_PREFIX=s390x-linux-gnu-

DEBIAN_ARCH=s390x
declare -A TOOLS=()

# The console is the one that the machine tells the kernel of. Channel devices get ready in any order: the root disk
# is the first disk because the others are ignored until init asks for them.
KERNEL_WORDS=('cio_ignore=all,!0.0.0001')
TEST_WORDS=()

MACHINE=(-M s390-ccw-virtio -cpu 'max,zpci=on')

# The testbed's own devices: channel devices with numbers of their own.
ROOT_DISK=virtio-blk-ccw,devno=fe.0.0001
JOB_DISK=virtio-blk-ccw,devno=fe.0.0002
CHANNEL_BUS=virtio-serial-ccw,devno=fe.0.0003,ioeventfd=off
FOLDER=virtio-9p-ccw,devno=fe.0.0004
NO_FOLDER=virtio-balloon-ccw,devno=fe.0.0004

choose_iommu() {
    [ "$1" = default ] || usage_error "--iommu $1: s390x has its own IOMMU and no other"
    IOMMU=''
}

prepare_machine() {
    MACHINE+=(-blockdev driver=null-co,node-name=empty,size=1048576,read-zeroes=on)
}

# Subchannels get numbers in the order of the devices: the testbed's own have 0.0.0000 to 0.0.0003, these the ones
# from 0.0.0004. The fourth stays with the kernel's own driver.
DEVICES=(
    virtio-rng-ccw,devno=fe.0.0010
    virtio-blk-ccw,devno=fe.0.0011,drive=empty
    virtio-rng-ccw,devno=fe.0.0012
    virtio-rng-ccw,devno=fe.0.0013
    zpci,uid=1,fid=1,target=nvme1
    nvme,id=nvme1,serial=jvfio
    zpci,uid=2,fid=2,target=nvme2
    nvme,id=nvme2,serial=other
    zpci,uid=3,fid=3,target=nvme3
    nvme,id=nvme3,serial=third
)
SHARED_GROUP=() IGB_DEVICES=()

# Bound before the command runs; 0003:00:00.0 is left without a driver.
BIND=(0001:00:00.0 0002:00:00.0 0.0.0004 0.0.0005 0.0.0006)
SHARED_BIND=() IGB_BIND=()
