#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Gives devices to VFIO's drivers, taking them from the driver that has them.
#
#   bind.sh NAME...
#
# A PCI address (0000:00:05.0) goes to vfio-pci; a subchannel (0.0.0004) to vfio_ccw, and gets a mediated device,
# whose UUID ends with the subchannel's number; any other name is that of a platform device, for vfio-platform.

# bind BUS DRIVER NAME
bind() {
    bus=/sys/bus/$1
    if [ ! -d "$bus/devices/$3" ]; then
        echo "bind: there is no device $3" >&2
        return 1
    fi
    echo "$2" >"$bus/devices/$3/driver_override"
    if [ -e "$bus/devices/$3/driver" ]; then
        echo "$3" >"$bus/devices/$3/driver/unbind"
    fi
    echo "$3" >"$bus/drivers/$2/bind"
}

make_mdev() {
    echo "00000000-0000-0000-0000-00000000${1##*.}" \
        >"/sys/class/mdev_bus/$1/mdev_supported_types/vfio_ccw-io/create"
}

failed=0
for device; do
    case $device in
        ????:??:??.?) bind pci vfio-pci "$device" ;;
        0.?.????) bind css vfio_ccw "$device" && make_mdev "$device" ;;
        *) bind platform vfio-platform "$device" ;;
    esac || failed=1
done
exit $failed
