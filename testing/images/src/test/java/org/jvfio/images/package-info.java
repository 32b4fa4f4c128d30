// SPDX-License-Identifier: Apache-2.0
/** What every image must be. */
package org.jvfio.images;
