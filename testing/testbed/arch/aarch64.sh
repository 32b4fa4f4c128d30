# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2054,SC2154
# What is particular to an aarch64 guest (virt, SMMUv3). The README has the table of devices.

QEMU=qemu-system-aarch64
QEMU_PACKAGE=qemu-system-arm
KERNEL_IMAGE=Image.gz
KERNEL_TARGET=Image.gz
KERNEL_PATH=arch/arm64/boot/Image.gz
KERNEL_ARCH=arm64
CROSS_PREFIX=aarch64-linux-gnu-

DEBIAN_ARCH=arm64
declare -A TOOLS=([fdtput]=device-tree-compiler [fdtget]=device-tree-compiler)

# The clock of the machine has no reset that vfio-platform knows.
KERNEL_WORDS=(console=ttyAMA0 vfio-platform.reset_required=0)
TEST_WORDS=(hugepagesz=1G hugepages=1 hugepagesz=2M hugepages=64 vfio_pci.enable_sriov=1)

# virtualization=on: the guest's kernel can have virtual machines of its own, for KVM.
MACHINE=(-M 'virt,iommu=smmuv3,gic-version=3,virtualization=on' -cpu max)

# The testbed's own devices.
ROOT_DISK=virtio-blk-pci,addr=1
JOB_DISK=virtio-blk-pci,addr=2
CHANNEL_BUS=virtio-serial-pci,addr=3,ioeventfd=off
FOLDER=virtio-9p-pci,addr=4
NO_FOLDER=pci-testdev,addr=4

choose_iommu() {
    case $1 in
        smmuv3 | default) ;;
        none) MACHINE=(-M 'virt,gic-version=3,virtualization=on' -cpu max) ;;
        *) usage_error "--iommu $1: aarch64 has smmuv3 and none" ;;
    esac
    IOMMU=''
}

# Puts the real-time clock and the first slot for a virtio device behind the SMMU, as platform devices (not AMBA ones):
# the machine's own device tree says neither. They get what devices of real machines have in their nodes: names; a
# second region, which is the end of the first and no whole page; and the interrupt controller for messages, without
# which Linux takes messages of theirs for not isolated and wants allow_unsafe_interrupts.
prepare_machine() {
    local tree=$work/virt.dtb smmu messages clock=/pl031@9010000 slot=/virtio_mmio@a000000
    "$QEMU" "${MACHINE[@]}" -m "$memory" -smp 2 -nodefaults -display none -machine "dumpdtb=$tree" \
        >"$work/qemu.log" 2>&1 || die "QEMU gave no device tree: $(head -n 3 "$work/qemu.log")"
    smmu=$(fdtget -t x "$tree" /smmuv3@9050000 phandle 2>/dev/null) || return 0
    messages=$(fdtget -t x "$tree" /intc@8000000/its@8080000 phandle)
    fdtput -t x "$tree" $clock iommus "$smmu" 1000
    fdtput -t x "$tree" $clock msi-parent "$messages" 1000
    fdtput -t s "$tree" $clock compatible jvfio,pl031
    fdtput -t x "$tree" $clock reg 0 9010000 0 1000 0 9010fe0 0 20
    fdtput -t s "$tree" $clock reg-names registers identification
    fdtput -t s "$tree" $clock interrupt-names alarm
    fdtput -t x "$tree" $slot iommus "$smmu" 1001
    fdtput -t x "$tree" $slot msi-parent "$messages" 1001
    MACHINE+=(-dtb "$tree")
}

# Slots 1 to 4 are the testbed's own; the devices under test start at 5, as on x86_64.
DEVICES=(
    edu,addr=5,dma_mask=0xffffffffffffffff
    edu,addr=7,dma_mask=0xffffffffffffffff
    nvme,addr=8,serial=jvfio
    edu,addr=9,dma_mask=0xffffffffffffffff
)

# Two devices in one IOMMU group: functions that the kernel cannot tell to be isolated. (Not two behind a bridge of
# conventional PCI, as on x86_64: they have one stream ID, which this SMMU driver gives to the first alone.) The
# kernel numbers buses in the order of slots: this is bus 01.
SHARED_GROUP=(
    pcie-root-port,id=shared,chassis=3,addr=6
    edu,bus=shared,addr=0.0,multifunction=on,dma_mask=0xffffffffffffffff
    virtio-rng-pci,bus=shared,addr=0.1
)

# As on x86_64, see there.
IGB_DEVICES=(
    pcie-root-port,id=igbport,chassis=1,addr=a,x-speed=5
    igb,bus=igbport
    pcie-root-port,id=pairport,chassis=2,addr=b,x-speed=5
    igb,bus=pairport,addr=0.0,multifunction=on,x-pcie-ari-nextfn-1=on
    igb,bus=pairport,addr=0.1
)

# Bound before the command runs; 00:09.0 has no driver, 01:00.1 virtio-pci.
BIND=(0000:00:05.0 0000:00:07.0 0000:00:08.0 9010000.pl031 a000000.virtio_mmio)
SHARED_BIND=(0000:01:00.0)
IGB_BIND=(0000:02:00.0 0000:03:00.0 0000:03:00.1)
