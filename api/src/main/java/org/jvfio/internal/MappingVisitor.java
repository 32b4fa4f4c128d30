// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

/** Looks at mappings, lowest first. */
@FunctionalInterface
interface MappingVisitor {
    /** Looks at a mapping; says whether to go on with the next. */
    boolean visit(long first, long last, long vaddr);
}
