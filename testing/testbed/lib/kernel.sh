# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
# Which kernel is booted: one whose .config satisfies every line of the project's fragments.

# Prints the name of the kernel: the architecture, and the size of pages where it is not the usual one.
kernel_name() {
    echo "$arch${pages:+-$pages}"
}

# Prints the paths of the fragments that the kernel must satisfy.
fragments() {
    printf '%s\n' "$here/kernel/common.config" "$here/kernel/$arch.config"
    if [ -n "$pages" ]; then echo "$here/kernel/$arch-$pages.config"; fi
}

# Prints the lines of all fragments that the kernel configuration $1 does not satisfy.
lacks() {
    local fragment
    while read -r fragment; do
        unsatisfied_lines "$fragment" "$1"
    done < <(fragments)
}

# Prints $2 if there is a kernel with such pages for the architecture $1.
known_pages() {
    [ -f "$here/kernel/$1-$2.config" ] || usage_error "--pages $2: there is no kernel/$1-$2.config"
    echo "$2"
}

# Prints the lines of fragment $1 that the kernel configuration $2 does not satisfy.
# "CONFIG_X=n" is satisfied by a configuration that is silent about X.
unsatisfied_lines() {
    awk '
        !/^CONFIG_/ { next }
        { name = $0; sub(/=.*/, "", name); value = substr($0, length(name) + 2) }
        NR == FNR { has[name] = value; next }
        value == "n" ? name in has : has[name] != value
    ' "$2" "$1"
}

# Prints the path of the kernel in cache $1, or fails and says why it cannot be used.
kernel_in() {
    local folder unsatisfied
    folder=$1/$(kernel_name)
    if [ ! -f "$folder/$KERNEL_IMAGE" ] || [ ! -f "$folder/config" ]; then
        say "$folder: holds no kernel ($KERNEL_IMAGE and config)"
        return 1
    fi
    unsatisfied=$(lacks "$folder/config")
    if [ -n "$unsatisfied" ]; then
        say "$folder: not used, its config lacks these lines of kernel/*.config:"
        printf '%s\n' "$unsatisfied" | sed 's/^/    /' >&2
        return 1
    fi
    echo "$folder/$KERNEL_IMAGE"
}

# Prints the caches to look in, the first choice first.
kernel_caches() {
    if [ -n "$kernels" ]; then
        echo "$kernels"
    else
        if [ -n "${JVFIO_KERNELS:-}" ]; then echo "$JVFIO_KERNELS"; fi
        if [ -d "$project/../shared/kernels" ]; then echo "$project/../shared/kernels"; fi
    fi
    if [ -d "$here/target/kernels/$(kernel_name)" ]; then echo "$here/target/kernels"; fi
}

# Prints the path of the kernel to boot; builds one if no cache has it.
find_kernel() {
    local cache
    while read -r cache; do
        kernel_in "$cache" && return
    done < <(kernel_caches)
    say "building the kernel (about ten minutes): testing/testbed/build-kernel $arch${pages:+ --pages $pages}"
    "$here/build-kernel" "$arch" ${pages:+--pages "$pages"} >&2 || die "no kernel; name a cache with --kernels, or repair" \
        "the build: testing/testbed/build-kernel $arch"
    kernel_in "$here/target/kernels" || die "the kernel just built does not fit"
}
