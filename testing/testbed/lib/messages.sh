# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# How the testbed's commands speak: on standard error, with the command's name in front.

# Exit status when the testbed itself could not do its work, as opposed to what ran in the guest.
# shellcheck disable=SC2034  # read by the scripts that source this file
readonly TESTBED_FAILED=125
readonly USAGE_ERROR=2

say() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
}

# Something is missing or did not work: says what, and what to do about it.
die() {
    say "$@"
    exit "$TESTBED_FAILED"
}

usage_error() {
    say "$@"
    say "'${0##*/} --help' lists the options"
    exit "$USAGE_ERROR"
}

# Prints the comment block at the head of the running script, which is its manual.
print_manual() {
    awk 'NR <= 2 { next } !/^#/ { exit } { sub(/^# ?/, ""); print }' "$0"
}
