#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Gives PCI devices to vfio-pci, taking them from the driver that has them.
#
#   bind.sh BDF...
pci=/sys/bus/pci

bind() {
    if [ ! -d "$pci/devices/$1" ]; then
        echo "bind: there is no device $1" >&2
        return 1
    fi
    echo vfio-pci >"$pci/devices/$1/driver_override"
    if [ -e "$pci/devices/$1/driver" ]; then
        echo "$1" >"$pci/devices/$1/driver/unbind"
    fi
    echo "$1" >$pci/drivers/vfio-pci/bind
}

failed=0
for device; do
    bind "$device" || failed=1
done
exit $failed
