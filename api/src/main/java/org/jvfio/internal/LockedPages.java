// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import java.util.function.Consumer;
import java.util.function.Function;

/** Page tables behind the lock of their address space. */
interface LockedPages {
    /**
     * What {@code work} answers, while nothing else changes what is mapped.
     *
     * @throws IllegalStateException if the address space is closed
     */
    <T> T locked(Function<PageTables, T> work);

    /** Runs {@code work} while nothing else changes what is mapped. */
    default void change(Consumer<PageTables> work) {
        locked(
                pages -> {
                    work.accept(pages);
                    return pages;
                });
    }
}
