# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# The kernel's source, fetched as Debian's package of it. apt works on lists of its own in a folder
# of ours: the machine's sources are read, for the mirror, and not changed.

# Debian's backports to the stable release have the newest kernels.
readonly SOURCE_SUITE=trixie-backports

# Prints the path of a source tree, which is unpacked below folder $1.
fetch_source() {
    local package
    make_private_apt "$1" "$SOURCE_SUITE"
    private_apt "$1" get update >&2 || die "apt-get update failed for $SOURCE_SUITE;" \
        "name a source tree: testing/testbed/build-kernel ARCH SOURCE_TREE"
    package=$(newest_source "$1")
    [ -n "$package" ] || die "$SOURCE_SUITE has no linux-source package; name a source tree"
    say "fetching $package from $SOURCE_SUITE (150 MB)"
    (cd "$1" && private_apt "$1" get download "$package" >&2) || die "$package could not be fetched"
    dpkg-deb --fsys-tarfile "$1"/linux-source-*.deb \
        | tar -x -C "$1" --strip-components=3 --wildcards './usr/src/linux-source-*.tar.xz'
    mkdir "$1/linux"
    tar -x -f "$1"/linux-source-*.tar.xz -C "$1/linux" --strip-components=1
    rm -f "$1"/linux-source-*
    echo "$1/linux"
}

newest_source() {
    private_apt "$1" cache pkgnames linux-source- | grep -E '^linux-source-[0-9.]+$' \
        | sort -V | tail -n 1
}
