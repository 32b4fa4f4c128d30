// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

/**
 * Which way leads to the C library: JNA everywhere, the foreign-function API on Java 22 and newer.
 *
 * <p>The system property {@value #PROPERTY} forces one; {@link NativeBinding} acts on the answer.
 */
final class NativeChoice {
    /** The property that forces one of {@link #JNA} and {@link #FFM}. */
    static final String PROPERTY = "jvfio.native";

    /** Java Native Access. */
    static final String JNA = "jna";

    /** {@code java.lang.foreign}. */
    static final String FFM = "ffm";

    private NativeChoice() {}

    /**
     * Chooses for a run time without the foreign-function API.
     *
     * @param requested the value of {@link #PROPERTY}, empty if nobody set it
     * @throws IllegalStateException if {@code requested} is none of ours or cannot be had here
     */
    static String withoutFfm(String requested) {
        if (requested.equals(FFM)) {
            throw new IllegalStateException(
                    PROPERTY
                            + "=ffm: needs Java 22 or newer and the multi-release jar of"
                            + " jvfio-linux; this is Java "
                            + Runtime.version().feature()
                            + ". Use "
                            + PROPERTY
                            + "=jna or leave it out");
        }
        return withFfm(requested.isEmpty() ? JNA : requested);
    }

    /**
     * Chooses for a run time with the foreign-function API.
     *
     * @param requested the value of {@link #PROPERTY}, empty if nobody set it
     * @throws IllegalStateException if {@code requested} is none of ours
     */
    static String withFfm(String requested) {
        return switch (requested) {
            case "", FFM -> FFM;
            case JNA -> JNA;
            default ->
                    throw new IllegalStateException(
                            PROPERTY + "=" + requested + ": not a native binding; use jna or ffm");
        };
    }
}
