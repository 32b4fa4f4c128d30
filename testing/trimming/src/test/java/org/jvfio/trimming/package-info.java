// SPDX-License-Identifier: Apache-2.0
/** What is left out is left out, and the rest works without it. */
package org.jvfio.trimming;
