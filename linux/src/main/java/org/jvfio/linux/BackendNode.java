// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import java.util.Optional;
import org.jvfio.ProviderStatus;

/**
 * A file of the kernel's that a backend cannot do without.
 *
 * @param files where it should be
 * @param backend the backend's name
 * @param path {@code "/dev/vfio/vfio"}, {@code "/dev/iommu"}
 */
public record BackendNode(FileTree files, String backend, String path) {
    /**
     * Why the backend is not usable as far as the file goes; empty if the file is there and this
     * process may open it.
     *
     * @param load the module that makes it, and what the kernel must be built with
     * @param mode what to do about its permissions
     */
    public Optional<ProviderStatus> obstacle(String load, String mode) {
        if (!files.exists(path)) {
            return unusable(path + " is missing: load the module " + load);
        }
        if (!files.mayReadAndWrite(path)) {
            return unusable(path + ": no permission to read and write it; " + mode);
        }
        return Optional.empty();
    }

    private Optional<ProviderStatus> unusable(String why) {
        return Optional.of(ProviderStatus.unusable(backend, why));
    }
}
