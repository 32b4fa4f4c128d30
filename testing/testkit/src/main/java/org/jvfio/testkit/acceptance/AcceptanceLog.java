// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;

/**
 * Notes what came of each case in a file, for the table of cases: a line of the case's display
 * name, {@code passed}, {@code failed} or {@code skipped}, and the reason, with tabs between.
 *
 * <p>The system property {@value #FILE} names the file; without it nothing is noted.
 */
@SuppressWarnings("exports") // Who uses it requires JUnit itself.
public final class AcceptanceLog implements TestWatcher {
    /** The system property with the file's path. */
    public static final String FILE = "jvfio.acceptance.log";

    /** Whether the file is of this run: what one before left in it goes. */
    private static boolean begun;

    /** For JUnit. */
    public AcceptanceLog() {}

    @Override
    public void testSuccessful(ExtensionContext context) {
        note(context, "passed", "");
    }

    @Override
    public void testAborted(ExtensionContext context, Throwable cause) {
        note(context, "skipped", reason(cause));
    }

    @Override
    public void testFailed(ExtensionContext context, Throwable cause) {
        note(context, "failed", reason(cause));
    }

    @Override
    public void testDisabled(ExtensionContext context, Optional<String> reason) {
        note(context, "skipped", reason.orElse("disabled"));
    }

    private static String reason(Throwable cause) {
        return String.valueOf(cause.getMessage()).replaceAll("\\s+", " ");
    }

    private static synchronized void note(ExtensionContext context, String outcome, String reason) {
        String file = System.getProperty(FILE);
        if (file == null) {
            return;
        }
        String line = context.getDisplayName() + "\t" + outcome + "\t" + reason + "\n";
        try {
            Path path = Path.of(file);
            Files.createDirectories(path.toAbsolutePath().getParent());
            if (!begun) {
                Files.writeString(path, "");
                begun = true;
            }
            Files.writeString(path, line, StandardOpenOption.APPEND);
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }
}
