# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
# What came of the run: its exit status, the closing line of the tests, and the logs of a failure.

readonly COUNTS='^([0-9]+) passed, ([0-9]+) failed, ([0-9]+) skipped$'
work='' closing_line_due=false

# Ends the script with the status of the guest's command, or of the tests.
conclude() {
    local status
    status=$(sed -n 's/^exit \([0-9]*\)$/\1/p' "$work/status")
    if [ -z "$status" ]; then
        explain_death
        keep_logs
        exit "$TESTBED_FAILED"
    fi
    if running_tests; then conclude_tests "$status"; fi
    exit "$status"
}

running_tests() {
    [ ${#guest_command[@]} -eq 0 ]
}

# The tests' last line and their exit status $1 must say the same; if not, that is a failure.
conclude_tests() {
    local last status=$1
    last=$(tail -n 1 "$work/stdout")
    if [[ ! $last =~ $COUNTS ]]; then
        say "the tests ended with status $status, but not with a line of counts"
    elif [ "$status" -eq 0 ] && [ "${BASH_REMATCH[2]}" -gt 0 ]; then
        say "the tests say '$last', but ended with status 0"
    elif [ "$status" -ne 0 ] && [ "${BASH_REMATCH[2]}" -eq 0 ]; then
        say "the tests say '$last', but ended with status $status"
    else
        closing_line_due=false
        compare_acceptance || status=1
        if [ "$status" -ne 0 ]; then keep_logs; fi
        exit "$status"
    fi
    keep_logs
    exit $((status == 0 ? 1 : status))
}

# Holds what came of the acceptance cases against the project's table, or writes it with --record.
# A run of other tests or of some may have none, and the table has no other guests than x86_64's.
compare_acceptance() {
    local log=$here/target/acceptance/$arch.tsv table=$project/docs/acceptance.md
    if foreign || [ ${#only[@]} -gt 0 ]; then return 0; fi
    if [ "$tests" != "$here/target/guest" ] && ! grep -qv '^#' "$work/acceptance"; then
        return 0
    fi
    mkdir -p "${log%/*}"
    cp "$work/acceptance" "$log"
    if ! "$image/bin/java" -cp "$tests/*" org.jvfio.testbed.AcceptanceTable "$log" "$table" \
        ${record:+--record} >"$work/differences"; then
        say "docs/acceptance.md is not what this run did; --record writes it"
        sed 's/^/    /' "$work/differences" >&2
        return 1
    fi
}

# Says in one line why there is no status.
explain_death() {
    if [ "$qemu_status" -ne 0 ] && [ -s "$work/qemu.log" ]; then
        say "QEMU failed: $(head -n 3 "$work/qemu.log")"
    elif ! reached_init; then
        say "the guest never reached /init"
    else
        say "the guest died before its command ended"
    fi
    grep -m 1 -E 'Kernel panic|Out of memory' "$work/console.log" | sed 's/^/    /' >&2 || true
}

# Copies what a failed run left behind to a place that lasts, and says where.
keep_logs() {
    local kept
    kept=$here/target/logs/$arch-$(date +%Y%m%d-%H%M%S)-$$
    mkdir -p "$kept"
    cp "$work"/{console*.log,dmesg,qemu.log,qemu.command,status,stdout,stderr} "$kept"
    say "console log, dmesg and output: $kept"
}

# Whatever happens, no QEMU and no working folder stay behind, and the tests end with counts.
clean_up() {
    if [ -n "$qemu_pid" ]; then kill -KILL "$qemu_pid" 2>/dev/null || true; fi
    if [ ${#reader_pids[@]} -gt 0 ]; then kill "${reader_pids[@]}" 2>/dev/null || true; fi
    if "$closing_line_due"; then print_closing_line; fi
    if [ -z "$work" ]; then
        return
    elif "$keep"; then
        say "kept: $work"
    else
        rm -rf "$work"
    fi
}

print_closing_line() {
    # The guest may have ended in the middle of a line.
    if [ -n "$(tail -c 1 "$work/stdout" 2>/dev/null)" ]; then echo; fi
    echo '0 passed, 1 failed, 0 skipped'
}
