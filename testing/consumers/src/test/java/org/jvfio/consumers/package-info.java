// SPDX-License-Identifier: Apache-2.0
/** Builds projects against what is published, and runs them. */
package org.jvfio.consumers;
