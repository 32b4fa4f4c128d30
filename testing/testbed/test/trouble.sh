# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154,SC2016
# What goes wrong is said, and nothing is left behind.

check_trouble() {
    check_deaths
    check_missing
    check_second_boot
    check_kernel_choice
    check_two_at_once
    check_signal TERM 143
    check_signal INT 130
    check_signal KILL 137
}

check_deaths() {
    run --timeout 3 -- sleep 1000
    check 'timeout: status' status_is 125
    check 'timeout: message' err_has 'not ended in 3 seconds'
    run -- sh -c 'echo c >/proc/sysrq-trigger'
    check 'panic: status' status_is 125
    check 'panic: message' err_has 'Kernel panic'
    run --memory 100T -- true
    check 'more memory than there is: status' status_is 125
    check 'more memory than there is: QEMU says why' err_has 'QEMU failed'
    run --memory 16M -- true
    check 'too little memory: status' status_is 125
    check 'too little memory: tried twice' err_has 'never reached /init; trying once more'
    run --device no-such-device -- true
    check 'unknown device: QEMU says why' err_has 'no-such-device'
    check 'after all that' nothing_left
}

# A folder with every tool but those that match the patterns.
hide_tools() {
    local pattern folder
    rm -rf "$work/no-tools"
    mkdir "$work/no-tools"
    for folder in /usr/bin /bin /usr/sbin /sbin; do
        find "$folder" -maxdepth 1 -exec ln -sf -t "$work/no-tools" {} + 2>/dev/null || true
    done
    for pattern; do
        find "$work/no-tools" -name "$pattern" -delete
    done
}

check_missing() {
    hide_tools 'qemu-*'
    PATH=$work/no-tools run -- true
    check 'no QEMU: status' status_is 125
    check 'no QEMU: how to get it' err_has 'bookworm-backports'
    PATH=$work/no-tools run --tests "$work/tests"
    check 'no QEMU: closing line' last_line_is '0 passed, 1 failed, 0 skipped'
    run --image "$work/with" -- true
    check 'no jlink image: how to get it' err_has 'mvn package'
}

# A QEMU that fails the first time as a panic would make it: no /init, and status 0.
check_second_boot() {
    hide_tools 'qemu-system-*'
    cat >"$work/no-tools/qemu-system-$arch" <<EOF
#!/bin/sh
case \$1 in --version) ;; *) mkdir $work/booted 2>/dev/null && exit 0 ;; esac
exec $(command -v "qemu-system-$arch") "\$@"
EOF
    chmod +x "$work/no-tools/qemu-system-$arch"
    PATH=$work/no-tools run -- echo here
    check 'a boot without /init is tried again' out_is here
    check 'and said' err_has 'trying once more'
}

check_kernel_choice() {
    local unsatisfied
    printf '# comment\nCONFIG_A=y\nCONFIG_B=n\nCONFIG_C=n\nCONFIG_D="x=y"\n' >"$work/fragment"
    printf '# CONFIG_B is not set\nCONFIG_C=y\nCONFIG_D="x=y"\n' >"$work/config"
    # shellcheck source=lib/kernel.sh
    unsatisfied=$(. "$testbed/lib/kernel.sh" && unsatisfied_lines "$work/fragment" "$work/config")
    check "a kernel's lacks are listed" [ "$unsatisfied" = $'CONFIG_A=y\nCONFIG_C=n' ]
}

check_two_at_once() {
    "$testbed/run" "$arch" --image "$work/image" -- sh -c 'sleep 2; echo one' >"$work/one" 2>&1 &
    run -- sh -c 'sleep 2; echo two'
    wait $!
    check 'two at once: one' [ "$(cat "$work/one")" = one ]
    check 'two at once: the other' out_is two
}

# check_signal NAME STATUS
check_signal() {
    local pid status=0
    TMPDIR=$work/tmp env --default-signal=INT "$testbed/run" "$arch" --image "$work/image" \
        -- sh -c 'echo up; sleep 1000' >"$work/out" 2>"$work/err" &
    pid=$!
    until grep -q up "$work/out" || ! kill -0 "$pid"; do sleep 0.2; done
    kill -s "$1" "$pid"
    wait "$pid" 2>/dev/null || status=$?
    check "SIG$1: status" [ "$status" = "$2" ]
    # Killed outright, the script cannot remove its folder; QEMU must be gone all the same.
    if [ "$1" = KILL ]; then rm -rf "$work"/tmp/*; fi
    check "SIG$1: nothing is left" nothing_left
}
