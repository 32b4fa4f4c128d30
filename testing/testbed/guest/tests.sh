#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs the tests in the guest. The last line of output is "N passed, M failed, K skipped", and the exit
# status is 0 if nothing failed.
exec /opt/jvfio/bin/java -cp '/opt/tests/*' org.jvfio.testbed.GuestTests
