// SPDX-License-Identifier: Apache-2.0
/** The rules that hold over all jars and all sources. */
package org.jvfio.architecture;
