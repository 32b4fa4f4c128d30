# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What the machine's own apt sources say. apt parses them itself, so both its formats work, and no
# mirror is named here.

readonly DEBIAN_KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

# Prints "URI SUITE" of every suite that apt knows.
apt_suites() {
    # shellcheck disable=SC2016  # apt's own placeholders
    apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' | sort -u
}

# Whether apt knows the suite $1.
apt_knows() {
    apt_suites | awk -v suite="$1" '$2 == suite { found = 1 } END { exit !found }'
}

# Prints a source for the suite $1, on the mirror that serves suite $2; fails if apt knows none.
apt_source() {
    local mirror
    mirror=$(apt_suites | awk -v suite="$2" '$2 == suite { print $1; exit }')
    [ -n "$mirror" ] || return 1
    printf 'Types: deb\nURIs: %s\nSuites: %s\nComponents: main\n' "$mirror" "$1"
    if [ -f "$DEBIAN_KEYRING" ]; then
        printf 'Signed-By: %s\n' "$DEBIAN_KEYRING"
    fi
}

# The distribution's word for itself: $1 is a key of os-release, such as ID or VERSION_CODENAME.
os_release() {
    (
        # shellcheck disable=SC1091
        . /etc/os-release
        printf '%s' "${!1:-}"
    )
}

# Makes a folder for apt below folder $1, with the suite $2 alone on the mirror that serves the machine's own, for
# the architecture $3 or else the machine's own.
make_private_apt() {
    local apt=$1/apt release
    release=$(os_release VERSION_CODENAME)
    [ "$(os_release ID)" = debian ] || die "fetches packages on Debian only"
    mkdir -p "$apt/sources" "$apt/lists/partial" "$apt/cache/archives/partial"
    apt_source "$2" "$release" >"$apt/sources/source.sources" \
        || die "apt's sources name no mirror of $release (run apt-get update once)"
    echo "${3:-$(dpkg --print-architecture)}" >"$apt/architecture"
    : >"$apt/status"
}

# Runs apt-$2 with the sources and lists below folder $1: the machine's own are not changed.
private_apt() {
    local apt=$1/apt tool=apt-$2 architecture
    architecture=$(<"$apt/architecture")
    shift 2
    "$tool" -q -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$apt/sources" \
        -o Dir::State::lists="$apt/lists" -o Dir::Cache="$apt/cache" -o Dir::State::status="$apt/status" \
        -o APT::Architecture="$architecture" -o APT::Architectures::="$architecture" \
        -o APT::Sandbox::User=root "$@"
}
