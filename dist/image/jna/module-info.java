// SPDX-License-Identifier: Apache-2.0
/**
 * JNA for a run-time image: its own descriptor without {@code java.desktop}.
 */
module com.sun.jna {
    requires static java.desktop;
    requires java.logging;

    exports com.sun.jna;
    exports com.sun.jna.ptr;
    exports com.sun.jna.win32;
}
