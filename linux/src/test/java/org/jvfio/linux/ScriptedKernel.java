// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A kernel whose answers are written down beforehand, for tests of the code right above the seam.
 * It has no state; what a kernel really does, the simulated one of testkit knows.
 */
final class ScriptedKernel implements Kernel {
    static final int DESCRIPTOR = 33;

    /** One answer: it may write to the argument. */
    interface Answer {
        long to(long argument);
    }

    final List<String> calls = new CopyOnWriteArrayList<>();
    private @Nullable FileTree files;
    private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();

    /** Its file trees are these. */
    ScriptedKernel reading(FileTree tree) {
        files = tree;
        return this;
    }

    /** The next call is answered with this. */
    ScriptedKernel then(Answer answer) {
        answers.add(answer);
        return this;
    }

    /** The next call is refused. */
    ScriptedKernel refuse(Errno errno) {
        return then(argument -> -errno.number());
    }

    private long answer(String call, long argument) {
        calls.add(call);
        Answer answer = answers.poll();
        return answer == null ? 0 : answer.to(argument);
    }

    /** Whether every answer was called for. */
    boolean isDone() {
        return answers.isEmpty();
    }

    @Override
    public String name() {
        return "scripted kernel";
    }

    @Override
    public Abi abi() {
        return Abi.PPC64LE;
    }

    @Override
    public FileTree files() {
        if (files == null) {
            throw new UnsupportedOperationException();
        }
        return files;
    }

    @Override
    public Sockets sockets() {
        throw new IllegalStateException("no test asks for them");
    }

    @Override
    public int open(String path, int flags) {
        int result = (int) answer("open " + path + " " + flags, 0);
        return result < 0 ? result : DESCRIPTOR;
    }

    @Override
    public int close(int fd) {
        return (int) answer("close " + fd, 0);
    }

    @Override
    public int ioctl(int fd, long request, long argument) {
        return (int) answer("ioctl %d 0x%x".formatted(fd, request), argument);
    }

    @Override
    public long mmap(long address, long length, int protection, int flags, int fd, long offset) {
        return answer("mmap %d %d %d %d".formatted(length, protection, flags, offset), 0);
    }

    @Override
    public int munmap(long address, long length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int madvise(long address, long length, int advice) {
        return (int) answer("madvise %d %d".formatted(length, advice), address);
    }

    @Override
    public long pread(int fd, long buffer, long count, long offset) {
        return answer("pread %d %d".formatted(count, offset), buffer);
    }

    @Override
    public long pwrite(int fd, long buffer, long count, long offset) {
        return answer("pwrite %d %d".formatted(count, offset), buffer);
    }

    @Override
    public long read(int fd, long buffer, long count) {
        return answer("read " + count, buffer);
    }

    @Override
    public long write(int fd, long buffer, long count) {
        return answer("write " + count, buffer);
    }

    @Override
    public int eventfd(int initial, int flags) {
        int result = (int) answer("eventfd " + initial + " " + flags, 0);
        return result < 0 ? result : DESCRIPTOR;
    }

    @Override
    public int poll(long pollfds, int count, int timeoutMillis) {
        throw new UnsupportedOperationException();
    }
}
