# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# The tools of the host that the testbed uses, and how to get the ones that are missing.

# The first QEMU with everything that the tests attach (igb came with 8.0). Seen to work: 10.0.
readonly QEMU_OLDEST=8

# Prints $1 if it names an architecture that the testbed has.
known_arch() {
    [ -f "$(dirname "${BASH_SOURCE[0]}")/../arch/$1.sh" ] \
        || usage_error "unknown architecture '$1'; there is: $(known_archs)"
    echo "$1"
}

known_archs() {
    local known
    known=$(cd "$(dirname "${BASH_SOURCE[0]}")/../arch" && echo *.sh)
    echo "${known//.sh/}"
}

# Prints the path of tool $1, also where a plain user's PATH leaves out the sbin folders.
find_tool() {
    PATH=$PATH:/usr/sbin:/sbin command -v "$1"
}

# Prints the major version of QEMU $1, or 0 where there is none.
qemu_major() {
    local version
    version=$("$1" --version 2>/dev/null | sed -n 's/.* version \([0-9]*\)\..*/\1/p;q') || true
    echo "${version:-0}"
}

require_qemu() {
    local major
    major=$(qemu_major "$1")
    if [ "$major" = 0 ]; then
        die "$1 is not installed; testing/testbed/setup installs it (package $2; on Debian 12" \
            "from the suite bookworm-backports)"
    fi
    if [ "$major" -lt "$QEMU_OLDEST" ]; then
        die "$1 has version $major and must have $QEMU_OLDEST or later; testing/testbed/setup" \
            "installs it, on Debian 12 from the suite bookworm-backports"
    fi
}

require_tool() {
    find_tool "$1" || die "$1 is not installed (package $2); testing/testbed/setup installs it"
}

# Prints the path of a busybox that needs no libraries.
static_busybox() {
    local busybox
    for busybox in $(PATH=$PATH:/usr/sbin:/sbin type -ap busybox); do
        if ! LC_ALL=C ldd "$busybox" 2>/dev/null | grep -q '=>'; then
            echo "$busybox"
            return
        fi
    done
    return 1
}
