// SPDX-License-Identifier: Apache-2.0
package org.jvfio.backend.spapr;

import org.jvfio.linux.ContainerFd;
import org.jvfio.linux.Errno;
import org.jvfio.linux.KernelException;
import org.jvfio.linux.LockedMemory;
import org.jvfio.linux.uapi.SpaprRegisterMemory;
import org.jvfio.spi.MemoryRegistration;

/** Memory that a container of version 2 may map. */
final class TceRegistration implements MemoryRegistration {
    private final ContainerFd file;
    private final SpaprRegisterMemory memory = new SpaprRegisterMemory();

    TceRegistration(ContainerFd file) {
        this.file = file;
    }

    @Override
    public void register(long vaddr, long length) {
        try {
            file.register(memory.set(vaddr, length));
        } catch (KernelException refused) {
            throw refused.about(object(vaddr, length), advice(refused.errno(), length));
        }
    }

    private String advice(Errno errno, long length) {
        if (errno.equals(Errno.ENOMEM)) {
            return new LockedMemory(file.kernel()).advice(length);
        }
        if (errno.equals(Errno.EFAULT)) {
            return "not all of it is memory of this process that it may write, without which the"
                    + " kernel pins none; and no BAR of a device is memory";
        }
        if (errno.equals(Errno.EINVAL)) {
            return "a part of it is registered already in other pieces, by another session of this"
                    + " process; use one session, or register whole regions in both";
        }
        return errno.meaning();
    }

    @Override
    public void unregister(long vaddr, long length) {
        try {
            file.unregister(memory.set(vaddr, length));
        } catch (KernelException refused) {
            throw refused.about(object(vaddr, length));
        }
    }

    private String object(long vaddr, long length) {
        return "0x%x bytes at vaddr 0x%x on %s".formatted(length, vaddr, file.path());
    }
}
