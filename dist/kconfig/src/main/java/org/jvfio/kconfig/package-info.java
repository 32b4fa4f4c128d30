// SPDX-License-Identifier: Apache-2.0
/** The language in which a platform says which modules it has, and its resolver. */
@NullMarked
package org.jvfio.kconfig;

import org.jspecify.annotations.NullMarked;
