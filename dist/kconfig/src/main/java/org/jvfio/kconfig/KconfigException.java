// SPDX-License-Identifier: Apache-2.0
package org.jvfio.kconfig;

/** A Kconfig file, or a configuration, that cannot be: its message begins with file and line. */
public final class KconfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Something wrong at {@code at}. */
    public KconfigException(Location at, String text) {
        this(at + ": " + text);
    }

    KconfigException(String text) {
        super(text);
    }

    KconfigException(String text, Throwable cause) {
        super(text, cause);
    }
}
