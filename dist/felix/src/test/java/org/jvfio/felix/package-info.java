// SPDX-License-Identifier: Apache-2.0
/** The distribution as its users have it: an archive, and a command. */
package org.jvfio.felix;
