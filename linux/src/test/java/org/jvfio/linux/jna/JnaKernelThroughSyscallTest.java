// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux.jna;

import org.jvfio.linux.FileTree;
import org.jvfio.linux.HostKernelContract;
import org.jvfio.linux.Kernel;

/** JNA with every {@code ioctl} made as ppc64le needs it, through {@code syscall(2)}. */
class JnaKernelThroughSyscallTest extends HostKernelContract {
    @Override
    protected Kernel kernel(FileTree files) {
        return new JnaKernel(files, true);
    }
}
