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
