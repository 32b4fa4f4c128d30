# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
# The tests' closing line and exit status must agree, and a line of counts comes in any case.

readonly NO_COUNTS='0 passed, 1 failed, 0 skipped'

# Whether QEMU was started so; of a run with --keep.
command_has() { grep -q -e "$1" "$work"/tmp/jvfio-testbed.*/qemu.command; }

check_tests() {
    fake_tests 0 $'one\n3 passed, 0 failed, 1 skipped\n'
    check 'good tests: status' status_is 0
    check 'good tests: closing line' last_line_is '3 passed, 0 failed, 1 skipped'

    run --tests "$work/tests" --keep --append 'hugepages=8'
    check 'tests have a card with virtual functions' command_has ' igb.*bus=igbport'
    check 'tests have huge pages of 1 GiB' command_has 'hugepagesz=1G'
    check 'tests: --append has the last word' command_has 'enable_sriov=1.*hugepages=8'
    check 'tests have 4 GiB of memory' command_has ' -m 4G '
    rm -rf "$work"/tmp/jvfio-testbed.*

    run --tests "$work/tests" --only OneTest --only 'Other Test'
    check '--only: status' status_is 0
    check '--only reaches the tests' err_has 'GuestTests OneTest Other Test$'
    run --tests "$work/tests" --pages 3k
    check '--pages: status' status_is 2
    check '--pages: message' err_has 'no kernel/'

    fake_tests 1 $'one\n2 passed, 1 failed, 0 skipped\n'
    check 'bad tests: status' status_is 1
    check 'bad tests: closing line' last_line_is '2 passed, 1 failed, 0 skipped'
    check 'bad tests: where the logs are' err_has 'console log'

    fake_tests 0 $'2 passed, 1 failed, 0 skipped\n'
    check 'failures with status 0: a failure' status_is 1
    check 'failures with status 0: closing line' last_line_is "$NO_COUNTS"

    fake_tests 3 $'2 passed, 0 failed, 0 skipped\n'
    check 'no failures with status 3: a failure' status_is 3

    fake_tests 0 'no counts'
    check 'no counts: a failure' status_is 1
    check 'no counts: closing line on a line of its own' last_line_is "$NO_COUNTS"

    run --tests "$work/with"
    check 'no jars: status' status_is 125
    check 'no jars: how to get them' err_has 'mvn package'
    check 'no jars: closing line' last_line_is "$NO_COUNTS"
}
