// SPDX-License-Identifier: Apache-2.0
package org.jvfio.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/** One run of the command in this process: its exit status, and what it printed. */
record Run(int status, String out, String err) {
    static Run of(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status = Main.run(new PrintWriter(out), new PrintWriter(err), arguments);
        return new Run(status, out.toString(), err.toString());
    }

    /** A run on the simulated host. */
    static Run simulated(String... arguments) {
        String[] all = new String[arguments.length + 2];
        all[0] = "--host";
        all[1] = Main.SIMULATED;
        System.arraycopy(arguments, 0, all, 2, arguments.length);
        return of(all);
    }
}
