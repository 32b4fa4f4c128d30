#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs the tests in the guest, or those whose class names have a word of the arguments in them. The
# last line of output is "N passed, M failed, K skipped", and the exit status is 0 if nothing failed.
# Most of the code runs a few times only: the better of the two compilers would cost more than it
# saves. The testkit is a module of the image; its suites need JUnit, which is on the class path. The
# testkit's own tests are in its package, so they become a part of the module. What came of the
# acceptance cases goes to the channel "acceptance" by way of a file.
exec /opt/jvfio/bin/java -XX:TieredStopAtLevel=1 --add-reads org.jvfio.testkit=ALL-UNNAMED \
    --patch-module org.jvfio.testkit=/opt/tests/jvfio-testkit-tests.jar \
    --add-opens org.jvfio.testkit/org.jvfio.testkit=ALL-UNNAMED -Djvfio.testkit.kernel=real \
    -Djvfio.acceptance.log=/run/acceptance \
    -cp '/opt/tests/*' org.jvfio.testbed.GuestTests "$@"
