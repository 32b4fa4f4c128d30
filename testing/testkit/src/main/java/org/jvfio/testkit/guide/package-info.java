// SPDX-License-Identifier: Apache-2.0
/**
 * The embedder that the VMM guide goes through ({@code docs/vmm-guide.md}), against the public API.
 *
 * <p>For its readers: the guide quotes {@link org.jvfio.testkit.guide.SmallVmm}, and {@code
 * VmmGuideContract} runs it on every kernel. Nothing here is promised; copy what you need.
 */
@NullMarked
package org.jvfio.testkit.guide;

import org.jspecify.annotations.NullMarked;
