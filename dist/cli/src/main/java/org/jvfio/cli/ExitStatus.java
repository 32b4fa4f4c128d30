// SPDX-License-Identifier: Apache-2.0
package org.jvfio.cli;

/** What the command ends with. The help of {@link Main} and the README say the same. */
final class ExitStatus {
    /** What was asked for was done. */
    static final int OK = 0;

    /** It was refused, or a step of it failed. */
    static final int REFUSED = 1;

    /** The command line is wrong: an unknown option, something that is not an address. */
    static final int USAGE = 2;

    /** There is nothing here that could be used. */
    static final int NOTHING_USABLE = 3;

    private ExitStatus() {}
}
