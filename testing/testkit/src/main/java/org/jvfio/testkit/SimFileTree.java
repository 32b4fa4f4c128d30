// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit;

import java.util.List;
import java.util.function.Supplier;
import org.jvfio.linux.DeviceNumber;
import org.jvfio.linux.FileTree;
import org.jvfio.linux.KernelException;
import org.jvfio.testkit.kernel.Machine;
import org.jvfio.testkit.kernel.Refused;

/** The file trees of a simulated machine. */
final class SimFileTree implements FileTree {
    private final Machine machine;

    SimFileTree(Machine machine) {
        this.machine = machine;
    }

    private <T> T locked(Supplier<T> body) {
        machine.lock().lock();
        try {
            return body.get();
        } finally {
            machine.lock().unlock();
        }
    }

    private <T> T call(String name, Supplier<T> body) throws KernelException {
        try {
            return locked(body);
        } catch (Refused refused) {
            throw new KernelException(name, refused.errno());
        }
    }

    @Override
    public boolean exists(String path) {
        return locked(() -> machine.files().exists(path));
    }

    @Override
    public boolean mayReadAndWrite(String path) {
        return locked(() -> machine.files().mayReadAndWrite(path));
    }

    @Override
    public String read(String path) throws KernelException {
        return call("read", () -> machine.files().read(path));
    }

    @Override
    public byte[] bytes(String path) throws KernelException {
        return call("read", () -> machine.files().bytes(path));
    }

    @Override
    public List<String> list(String path) throws KernelException {
        return call("readdir", () -> machine.files().list(path));
    }

    @Override
    public String resolve(String path) throws KernelException {
        return call("realpath", () -> machine.files().resolve(path));
    }

    @Override
    public DeviceNumber deviceNumber(String path) throws KernelException {
        return call("stat", () -> machine.files().deviceNumber(path));
    }
}
