// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The foreign-function API, as {@link FfmKernelTest} says. */
@EnabledIfSystemProperty(named = "jvfio.test.native", matches = "ffm")
class FfmSocketsTest extends HostSocketsContract {
    @Override
    protected Kernel kernel(FileTree files) {
        return new FfmKernelTest().kernel(files);
    }
}
