// SPDX-License-Identifier: Apache-2.0
package org.jvfio.kconfig;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Which of the tree's Java modules an image has, and which symbols would put in the others. */
final class ImageContents {
    private final Map<String, String> moduleBySymbol;
    private final Configuration configuration;

    private ImageContents(Map<String, String> moduleBySymbol, Configuration configuration) {
        this.moduleBySymbol = moduleBySymbol;
        this.configuration = configuration;
    }

    /**
     * What an image with this configuration has.
     *
     * @param root the folder of the tree's first file
     */
    static ImageContents of(Kconfig tree, Path root, Configuration configuration) {
        return new ImageContents(Modules.of(tree, root), configuration);
    }

    /** The modules that are in, in the tree's order. */
    List<String> modules() {
        return moduleBySymbol.entrySet().stream()
                .filter(each -> configuration.isOn(each.getKey()))
                .map(Map.Entry::getValue)
                .toList();
    }

    /** A line for each module, in or not: {@code org.jvfio.device.pci=CONFIG_VFIO_PCI}. */
    List<String> symbols() {
        return moduleBySymbol.entrySet().stream()
                .map(each -> each.getValue() + "=CONFIG_" + each.getKey())
                .toList();
    }
}
