# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# The job: a small disk of its own, made for every run, with what the guest is to do.

# Adds what some of the tests need: huge pages of both sizes, a network card with virtual functions.
provide_for_tests() {
    append=("${TEST_WORDS[@]}" "${append[@]}")
    if "$default_devices"; then
        igb=true
        bind=("${IGB_BIND[@]}" "${bind[@]}")
    fi
}

# Makes $work/job.img: the command, the devices to bind, and the jars of the tests.
make_job() {
    local job=$work/job
    mkdir -p "$job/tests"
    if [ ${#guest_command[@]} -gt 0 ]; then
        { printf 'exec'; quote "${guest_command[@]}"; echo; } >"$job/command"
    else
        add_tests "$job/tests"
        { printf 'exec /opt/testbed/tests.sh'; quote "${only[@]}"; echo; } >"$job/command"
    fi
    devices_to_bind >"$job/bind"
    make_disk "$job" "$work/job.img" 8
}

add_tests() {
    compgen -G "$tests/*.jar" >/dev/null || die "$tests: no jars of tests there; build them with" \
        "'mvn package' at the project's root, name others with --tests, or run a command" \
        "(-- COMMAND)"
    cp -L "$tests"/*.jar "$1"
}

devices_to_bind() {
    if "$default_devices"; then printf '%s\n' "${BIND[@]}" "${SHARED_BIND[@]}"; fi
    if [ ${#bind[@]} -gt 0 ]; then printf '%s\n' "${bind[@]}"; fi
}

# Prints the words quoted for a POSIX shell, each after a space.
quote() {
    local word
    for word; do
        printf " '%s'" "${word//\'/\'\\\'\'}"
    done
}
