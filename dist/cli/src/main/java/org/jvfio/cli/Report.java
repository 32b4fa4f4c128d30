// SPDX-License-Identifier: Apache-2.0
package org.jvfio.cli;

import java.io.PrintWriter;

/** What a command has found, for people and for programs: both say the same. */
interface Report {
    /** Prints it for people. */
    void print(PrintWriter out);

    /** The same for programs. */
    JsonObject json();
}
