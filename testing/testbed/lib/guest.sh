# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2054,SC2154
# One guest: QEMU's command line, its channels, and waiting for it.

# A guest that has not reached /init after this many seconds is started again, once.
readonly BOOT_SECONDS=120

# The guest's channels; init in guest/ opens them by these names.
readonly CHANNELS=(status stdout stderr acceptance dmesg)

# Files of different file systems keep different inode numbers.
readonly REMAP=multidevs=remap

qemu_pid='' qemu_status=0 reader_pids=()

# Boots the guest and waits for its end; a boot that never reached /init is tried once more, unless
# QEMU itself refused (status 1).
run_guest() {
    prepare_machine
    qemu_command
    printf '%q ' "${qemu[@]}" >"$work/qemu.command"
    run_once
    if ! reached_init && [ "$qemu_status" -ne 1 ]; then
        say "the boot never reached /init; trying once more"
        cp "$work/console.log" "$work/console-first-boot.log" 2>/dev/null || true
        run_once
    fi
}

run_once() {
    local channel
    for channel in "${CHANNELS[@]}" console.log; do
        : >"$work/$channel"
    done
    # The death signal ends QEMU even when this script is killed without a chance to clean up.
    setpriv --pdeathsig KILL "${qemu[@]}" </dev/null >"$work/qemu.log" 2>&1 &
    qemu_pid=$!
    read_channel stdout
    read_channel stderr >&2
    await_init
    await_end
}

# Copies a channel to standard output while QEMU runs. (The channels are files, not pipes: a slow
# reader never holds up the guest, and nothing is lost when the guest powers off.)
read_channel() {
    tail -c +1 -s 0.1 -f --pid="$qemu_pid" "$work/$1" 2>/dev/null &
    reader_pids+=($!)
}

reached_init() {
    grep -q '^init$' "$work/status"
}

running() {
    kill -0 "$qemu_pid" 2>/dev/null
}

await_init() {
    local deadline=$((SECONDS + BOOT_SECONDS))
    until reached_init; do
        running || return 0
        if [ "$SECONDS" -ge "$deadline" ]; then
            say "no sign of /init after $BOOT_SECONDS seconds; stopping QEMU"
            stop_qemu
            return 0
        fi
        sleep 0.1
    done
}

await_end() {
    local deadline=$((SECONDS + timeout))
    while running; do
        if [ "$SECONDS" -ge "$deadline" ]; then
            say "the guest has not ended in $timeout seconds (--timeout); stopping QEMU"
            stop_qemu
        fi
        sleep 0.1
    done
    qemu_status=0
    wait "$qemu_pid" 2>/dev/null || qemu_status=$?
    wait "${reader_pids[@]}" 2>/dev/null || true
    qemu_pid='' reader_pids=()
}

# Ends QEMU, at the latest after ten seconds.
stop_qemu() {
    local tries=100
    kill -TERM "$qemu_pid" 2>/dev/null || return 0
    while running && [ "$tries" -gt 0 ]; do
        tries=$((tries - 1))
        sleep 0.1
    done
    kill -KILL "$qemu_pid" 2>/dev/null || true
}

# Sets qemu, the whole command line.
qemu_command() {
    local at device
    at=${work//,/,,}
    qemu=("$(type -P "$QEMU")" -nodefaults -no-user-config -display none -monitor none -no-reboot)
    qemu+=("${MACHINE[@]}" -m "$memory")
    if "$count"; then
        qemu+=(-accel tcg,thread=single -icount shift=0,sleep=off -smp 1)
    elif "$parallel"; then
        qemu+=(-accel tcg,thread=multi -smp 2)
    else
        # Not thread=multi: QEMU 10.0 then aborts in one run of four (iotlb_to_section), when one processor
        # reads a register while the other turns a device's memory on or off, as each attach does.
        qemu+=(-accel tcg,thread=single -smp 2)
    fi
    qemu+=(-kernel "$kernel" -append "$(kernel_words)" -serial "file:$at/console.log")
    add_device "$IOMMU"
    add_disk root "${root//,/,,}" snapshot=on "$ROOT_DISK"
    add_disk job "$at/job.img" readonly=on "$JOB_DISK"
    add_channels "$at"
    if [ -n "$with" ]; then
        qemu+=(-fsdev "local,id=with,path=${with//,/,,},readonly=on,security_model=none,$REMAP")
        add_device "$FOLDER,fsdev=with,mount_tag=with"
    else
        add_device "$NO_FOLDER"
    fi
    if "$default_devices"; then devices=("${DEVICES[@]}" "${SHARED_GROUP[@]}" "${devices[@]}"); fi
    if "$igb"; then devices=("${IGB_DEVICES[@]}" "${devices[@]}"); fi
    for device in "${devices[@]}"; do add_device "$device"; done
}

add_device() {
    if [ -n "$1" ]; then qemu+=(-device "$1"); fi
}

add_disk() {
    qemu+=(-drive "file=$2,if=none,format=raw,id=$1,$3" -device "$4,drive=$1,serial=$1")
}

add_channels() {
    local channel
    qemu+=(-device "$CHANNEL_BUS")
    for channel in "${CHANNELS[@]}"; do
        qemu+=(-chardev "file,id=$channel,path=$1/$channel")
        qemu+=(-device "virtserialport,chardev=$channel,name=jvfio.$channel")
    done
}

kernel_words() {
    echo root=/dev/vda rw init=/init panic=-1 quiet "${KERNEL_WORDS[@]}" "${append[@]}"
}
