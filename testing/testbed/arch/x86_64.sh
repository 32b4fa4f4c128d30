# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2054
# What is particular to an x86_64 guest. The README has the table of devices.

QEMU=qemu-system-x86_64
QEMU_PACKAGE=qemu-system-x86
KERNEL_IMAGE=bzImage
KERNEL_TARGET=bzImage
KERNEL_PATH=arch/x86/boot/bzImage
KERNEL_ARCH=x86_64
# build-kernel's compiler: the host's own.
CROSS_PREFIX=''

# What Debian calls a guest's architecture that is not the host's own; the tools of the host that only this
# architecture needs, with their packages.
DEBIAN_ARCH=''
declare -A TOOLS=()

# no_timer_check: on a loaded host the timer check of the emulated APIC panics in one boot of ten.
KERNEL_WORDS=(console=ttyS0 no_timer_check)

# Huge pages of 1 GiB come first, while there is memory in one piece.
TEST_WORDS=(hugepagesz=1G hugepages=1 hugepagesz=2M hugepages=64 vfio_pci.enable_sriov=1)

MACHINE=(-M 'q35,kernel-irqchip=split' -cpu max)

# The testbed's own devices. ioeventfd=off: what the guest wrote to a channel has reached its file when write(2)
# returns. Without --with something else takes the folder's place, so that IOMMU groups keep their numbers.
ROOT_DISK=virtio-blk-pci,addr=1
JOB_DISK=virtio-blk-pci,addr=2
CHANNEL_BUS=virtio-serial-pci,addr=3,ioeventfd=off
FOLDER=virtio-9p-pci,addr=4
NO_FOLDER=pci-testdev,addr=4

# What has to be done in the working folder before QEMU can start.
prepare_machine() { :; }

# Chooses the IOMMU by the name that --iommu takes.
choose_iommu() {
    case $1 in
        intel | default)
            IOMMU=intel-iommu,intremap=on,caching-mode=on
            KERNEL_WORDS+=(intel_iommu=on)
            ;;
        virtio)
            IOMMU=virtio-iommu-pci,addr=1e
            # Linux gives this IOMMU up when a device stands behind a conventional bridge.
            leave_out_shared_group
            ;;
        none) IOMMU='' ;;
        *) usage_error "--iommu $1: x86_64 has intel, virtio and none" ;;
    esac
}

# Slots 1 to 4 are the testbed's own; the devices under test start at 5.
DEVICES=(
    edu,addr=5,dma_mask=0xffffffffffffffff
    edu,addr=7,dma_mask=0xffffffffffffffff
    nvme,addr=8,serial=jvfio
    edu,addr=9,dma_mask=0xffffffffffffffff
)

# Two devices in one IOMMU group. The firmware numbers buses in the order of slots: this is bus 01
# with and without --igb, because its slot comes first.
SHARED_GROUP=(
    pcie-pci-bridge,id=shared,addr=6
    edu,bus=shared,addr=1,dma_mask=0xffffffffffffffff
    virtio-rng-pci,bus=shared,addr=2
)

# Bound to vfio-pci before the command runs. 00:09.0 is left without a driver, and 01:02.0, in one
# group with 01:01.0, with virtio-pci: that group is not viable.
BIND=(0000:00:05.0 0000:00:07.0 0000:00:08.0)
SHARED_BIND=(0000:01:01.0)

leave_out_shared_group() {
    SHARED_GROUP=() SHARED_BIND=()
}

# Only a run of the tests binds them. 02:00.0 is alone on its bus; 03:00.0 and 03:00.1 are reset
# together, and are in IOMMU groups of their own because Linux knows that functions of this card do
# not reach each other. Above 5 GT/s Linux waits after a reset for the port to report its link as
# active, which QEMU 10.0's does no more then, and the reset answers ENOTTY.
IGB_BIND=(0000:02:00.0 0000:03:00.0 0000:03:00.1)
IGB_DEVICES=(
    pcie-root-port,id=igbport,chassis=1,addr=a,x-speed=5
    igb,bus=igbport
    pcie-root-port,id=pairport,chassis=2,addr=b,x-speed=5
    igb,bus=pairport,addr=0.0,multifunction=on,x-pcie-ari-nextfn-1=on
    igb,bus=pairport,addr=0.1
)
