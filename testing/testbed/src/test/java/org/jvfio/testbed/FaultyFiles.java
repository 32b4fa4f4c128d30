// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import java.util.List;
import java.util.Set;
import org.jvfio.linux.DeviceNumber;
import org.jvfio.linux.Errno;
import org.jvfio.linux.FileTree;
import org.jvfio.linux.KernelException;

/** File trees in which what a {@link FaultPlan} says cannot be read, or is not there. */
final class FaultyFiles implements FileTree {
    /** The names by which a {@link FaultPlan} knows what is read here. */
    static final Set<String> CALLS =
            Set.of("exists", "access", "file read", "readdir", "realpath", "stat");

    private final FileTree files;
    private final FaultPlan plan;

    FaultyFiles(FileTree files, FaultPlan plan) {
        this.files = files;
        this.plan = plan;
    }

    /** Throws if the file read named {@code name} is to be refused. */
    private void call(String name) throws KernelException {
        Errno refusal = plan.next(name);
        if (refusal != null) {
            throw new KernelException(name, refusal);
        }
    }

    @Override
    public boolean exists(String path) {
        return plan.next("exists") == null && files.exists(path);
    }

    @Override
    public boolean mayReadAndWrite(String path) {
        return plan.next("access") == null && files.mayReadAndWrite(path);
    }

    @Override
    public String read(String path) throws KernelException {
        call("file read");
        return files.read(path);
    }

    @Override
    public byte[] bytes(String path) throws KernelException {
        call("file read");
        return files.bytes(path);
    }

    @Override
    public List<String> list(String path) throws KernelException {
        call("readdir");
        return files.list(path);
    }

    @Override
    public String resolve(String path) throws KernelException {
        call("realpath");
        return files.resolve(path);
    }

    @Override
    public DeviceNumber deviceNumber(String path) throws KernelException {
        call("stat");
        return files.deviceNumber(path);
    }
}
