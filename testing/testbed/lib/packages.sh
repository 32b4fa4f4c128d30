# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
# What a guest of another architecture than the host's is made of: packages of the same distribution for that
# architecture, unpacked and never run here. They are kept in target/packages/ARCH: root/ (C library, loader,
# busybox), jmods/ (the JDK's modules, for dist/ARCH) and versions (what was fetched).

# The release of the JDK that the images are linked from.
readonly JDK_RELEASE=17

readonly ROOT_PACKAGES=(busybox-static libc6 libgcc-s1 libstdc++6 zlib1g)

# Prints the folder of the packages for the guest $1, or fails if setup has not fetched them.
packages_of() {
    local folder=$here/target/packages/$1
    [ -f "$folder/versions" ] || return 1
    echo "$folder"
}

# Fetches the packages for the guest $1, which Debian calls $2.
fetch_packages() {
    local folder=$here/target/packages/$1 jdk=openjdk-$JDK_RELEASE-jdk-headless work
    mkdir -p "$folder"
    work=$(mktemp -d "$folder/fetch.XXXXXX")
    make_private_apt "$work" "$(os_release VERSION_CODENAME)" "$2"
    say "fetching the packages for $1 guests (70 MB)"
    private_apt "$work" get update >&2 || die "apt-get update failed for $2"
    (cd "$work" && private_apt "$work" get download "${ROOT_PACKAGES[@]}" "$jdk" >&2) \
        || die "the packages for $1 guests could not be fetched"
    unpack_packages "$work" "$jdk"
    rm -rf "$folder"/{root,jmods,versions}
    mv "$work"/{root,jmods,versions} "$folder"
    rm -rf "$work"
}

unpack_packages() {
    local work=$1 package
    mkdir "$work/root" "$work/jmods"
    dpkg-deb --fsys-tarfile "$work/$2"_*.deb \
        | tar -x -C "$work/jmods" --strip-components=6 --wildcards './usr/lib/jvm/*/jmods/*'
    for package in "${ROOT_PACKAGES[@]}"; do
        dpkg-deb --fsys-tarfile "$work/$package"_*.deb \
            | tar -x -C "$work/root" --exclude=./usr/share --exclude='*/gconv'
    done
    (cd "$work" && printf '%s\n' *.deb) >"$work/versions"
}
