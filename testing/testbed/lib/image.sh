# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
# The guest's root disk: busybox, a C library (the host's, or of packages of the guest's architecture), the jlink
# image and guest/. It is made without root, kept in target/, and made anew when one of its parts changes.

# What the JVM and libraries that it loads by name need beyond what ldd finds.
readonly LOADED_BY_NAME='lib(c|m|dl|rt|pthread|gcc_s|stdc\+\+|z|nss_files)\.so\.[0-9]+'

packages=''

# Prints the path of the root disk for the chosen jlink image.
root_image() {
    local busybox key made how="'mvn package'"
    if foreign; then how="'testing/testbed/setup $arch' and 'mvn package -Pdist'"; fi
    [ -x "$image/bin/java" ] || die "$image: no jlink image there (bin/java is missing); build it" \
        "with $how at the project's root, or name another with --image"
    busybox=$(static_busybox) || die "no static busybox (package busybox-static);" \
        "testing/testbed/setup installs it"
    if foreign; then
        packages=$(packages_of "$arch") || die "no packages of a $arch guest in target/packages;" \
            "testing/testbed/setup $arch fetches them"
    fi
    mkdir -p "$here/target/$arch"
    key=$(root_key "$busybox")
    made=$here/target/$arch/root-$key.img
    # Two runs may need the same disk at once; one makes it, the other waits.
    exec 9>"$here/target/$arch/root.lock"
    flock 9
    if [ -f "$made" ]; then
        touch "$made"
    else
        make_root "$busybox" "$made"
        find "$here/target/$arch" -name 'root-*.img' -mtime +1 -delete
    fi
    exec 9>&-
    echo "$made"
}

# Whether the guest's architecture is not the host's own.
foreign() {
    [ -n "$DEBIAN_ARCH" ]
}

# Prints a digest of everything that goes into the root disk.
root_key() {
    {
        find "$image/" -printf '%P %s %T@ %l\n' | LC_ALL=C sort
        cat "$here"/guest/* "$here/lib/image.sh"
        if foreign; then
            stat -c %Y "$packages/versions" && cat "$packages/versions"
        else
            { echo "$1"; host_libraries; } | xargs stat -L -c '%n %s %Y'
        fi
    } | sha256sum | cut -c 1-16
}

# Prints the libraries of the host that the jlink image is linked to, with the dynamic loader.
host_libraries() {
    {
        find "$image/bin/java" "$image/lib" \( -name '*.so' -o -name java \) -exec ldd {} + \
            2>/dev/null | grep -oE '/[^ ]*' | grep -v -e ':$' -e "^$image/" || true
        PATH=$PATH:/sbin:/usr/sbin ldconfig -p | grep 'x86-64' | grep -oE "/.*/$LOADED_BY_NAME\$"
    } | LC_ALL=C sort -u
}

make_root() {
    local tree=$work/root
    mkdir -p "$tree"/{bin,dev,etc,mnt,opt/testbed,proc,root,run,sys,tmp,job}
    if foreign; then cp -a "$packages/root/." "$tree"; else copy_host "$1" "$tree"; fi
    link_applets "$1" "$tree"
    cp -a "$image" "$tree/opt/jvfio"
    ln -s /job/tests "$tree/opt/tests"
    install -m 755 "$here/guest/init" "$tree/init"
    install -m 755 "$here"/guest/*.sh "$tree/opt/testbed"
    echo 'root:x:0:0:root:/root:/bin/sh' >"$tree/etc/passwd"
    echo 'root:x:0:' >"$tree/etc/group"
    echo '127.0.0.1 localhost' >"$tree/etc/hosts"
    make_disk "$tree" "$work/root.img" 64
    mv "$work/root.img" "$2.new" && mv "$2.new" "$2"
    rm -rf "$tree"
}

# Copies the host's busybox $1 and libraries to the tree $2.
copy_host() {
    local library
    cp -L "$1" "$2/bin/busybox"
    while read -r library; do
        mkdir -p "$2${library%/*}"
        cp -L "$library" "$2$library"
    done < <(host_libraries)
}

# Makes the links of busybox in the tree $2. The host's busybox $1 says which there are, also for a guest's that
# cannot run here: both are of one version.
link_applets() {
    local applet
    "$1" --list-full | while read -r applet; do
        mkdir -p "$2/${applet%/*}"
        [ -e "$2/$applet" ] || ln -s /bin/busybox "$2/$applet"
    done
}

# Makes disk image $2 from folder $1 with $3 MiB to spare.
make_disk() {
    local used
    used=$(du -sm --apparent-size "$1" | cut -f 1)
    truncate -s "$((used + used / 10 + $3))M" "$2"
    "$mke2fs" -q -F -t ext4 -O ^has_journal -E root_owner=0:0 -d "$1" "$2" >&2 \
        || die "mke2fs could not make $2 from $1"
}
