// SPDX-License-Identifier: Apache-2.0
package org.jvfio.internal;

import org.jvfio.spi.Attachment;

/**
 * A device behind page tables.
 *
 * @param name its name on its bus
 * @param attachment how it came there
 */
record Member(String name, Attachment attachment) {}
