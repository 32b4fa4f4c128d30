// SPDX-License-Identifier: Apache-2.0
package org.jvfio;

/**
 * An embedder's answer to guest memory that devices cannot reach.
 *
 * <p>A guest whose devices do not see all its memory cannot be trusted with them: usual answers are
 * to stop it, or to take the devices away.
 */
@FunctionalInterface
public interface MemoryFailureHandler {
    /**
     * The kernel refused to map a section, or to take one away.
     *
     * @param section the section, or for a translation of a virtual IOMMU the section it is in
     * @param refusal what was asked and answered
     */
    void failed(MemorySection section, VfioException refusal);
}
