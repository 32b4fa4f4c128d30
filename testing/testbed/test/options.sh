# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154,SC2016
# What the options do to the guest.

readonly DEVICES_AND_DRIVERS='for d in /sys/bus/pci/devices/*; do
    echo "${d##*/} $(basename "$(readlink "$d/driver")")"
done'

check_options() {
    echo hello >"$work/with/file"
    run --with "$work/with" -- sh -c 'cat /mnt/file; touch /mnt/new 2>/dev/null || echo read-only'
    check '--with: readable and read-only' out_is $'hello\nread-only'

    run --device edu,addr=c --bind 0000:00:0c.0 -- sh -c "$DEVICES_AND_DRIVERS"
    check '--device and --bind' out_has '^0000:00:0c.0 vfio-pci$'
    check 'a default device has vfio-pci' out_has '^0000:00:05.0 vfio-pci$'
    check 'one has no driver' out_has '^0000:00:09.0 *$'
    check 'one of two in a group has vfio-pci' out_has '^0000:01:01.0 vfio-pci$'
    check 'the other has virtio-pci' out_has '^0000:01:02.0 virtio-pci$'

    run --igb --append 'jvfio.test=1' -- sh -c "cat /proc/cmdline; $DEVICES_AND_DRIVERS"
    check '--append' out_has ' jvfio.test=1$'
    check '--igb: the card' out_has '^0000:02:00.0 *$'
    check '--igb moves nothing' out_has '^0000:01:01.0 vfio-pci$'

    run --no-default-devices -- sh -c "$DEVICES_AND_DRIVERS"
    check '--no-default-devices' [ "$(grep -c '00:0[5-9]' "$work/out")" = 0 ]

    run --iommu virtio -- ls /dev/vfio/devices
    check '--iommu virtio' out_is $'vfio0\nvfio1\nvfio2'
    run --iommu none -- ls -A /sys/kernel/iommu_groups
    check '--iommu none' out_is ''

    run --memory 1G --count -- sh -c 'nproc; grep MemTotal /proc/meminfo'
    check '--count: one processor' out_has '^1$'
    check '--memory' out_has '  *9[0-9]* kB\|  *10[0-9]* kB'

    run --keep -- true
    check '--keep keeps the console log' [ -f "$work"/tmp/jvfio-testbed.*/console.log ]
    rm -rf "$work"/tmp/jvfio-testbed.*

    wrong_usage '--nonsense' 'unknown option'
    wrong_usage '--with /no/such/folder' 'no such folder'
    wrong_usage '--bind 00:05.0' 'PCI address'
    wrong_usage '--iommu amd' 'intel, virtio and none'
    wrong_usage '--timeout soon' 'seconds'
    wrong_usage '--timeout' 'needs a value'
}

# wrong_usage OPTIONS WORDS-OF-THE-MESSAGE
wrong_usage() {
    # shellcheck disable=SC2086
    run $1
    check "$1: status" status_is 2
    check "$1: message" err_has "$2"
}
