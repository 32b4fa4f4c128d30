// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.jvfio.VfioException;

/**
 * Memory of this process that is brought in now, so that mapping it for devices finds its pages.
 *
 * <p>A mapping would bring them in as well, page after page in one thread. Here as many threads as
 * there are processors take piece after piece; each ends with the call.
 *
 * <p>Source: {@code MADV_POPULATE_WRITE} and {@code MADV_POPULATE_READ} of {@code madvise(2)}.
 */
final class Population {
    /** What a thread takes at a time: whole huge pages, and enough to make a call worth it. */
    static final long PIECE = 16L << 20;

    private static final System.Logger LOG = System.getLogger(Population.class.getName());

    private final Kernel kernel;
    private final long address;
    private final long end;
    private final AtomicLong next;
    private final AtomicReference<@Nullable VfioException> refusal = new AtomicReference<>();

    private Population(Kernel kernel, long address, long bytes) {
        this.kernel = kernel;
        this.address = address;
        this.end = address + bytes;
        this.next = new AtomicLong(address);
    }

    /**
     * Brings in {@code bytes} from {@code address}, with up to so many threads, this one included.
     * Where the kernel cannot (before Linux 5.14), nothing happens.
     *
     * @throws VfioException if not all of it is memory, or there is no more of it
     */
    static void of(Kernel kernel, long address, long bytes, int threads) {
        Population population = new Population(kernel, address, bytes);
        population.run((int) Math.min(threads, (bytes + PIECE - 1) / PIECE));
        VfioException refused = population.refusal.get();
        if (refused != null) {
            throw refused;
        }
    }

    private void run(int threads) {
        List<Thread> others = new ArrayList<>();
        try {
            for (int i = 1; i < threads; i++) {
                others.add(start("jvfio-populate-" + i));
            }
        } catch (OutOfMemoryError noMoreThreads) {
            // The system has no more of them to give; those that run will do.
            LOG.log(System.Logger.Level.DEBUG, "fewer threads than processors", noMoreThreads);
        }
        try {
            takePieces();
        } finally {
            awaitEnd(others);
        }
    }

    private Thread start(String name) {
        Thread thread = new Thread(null, this::takePieces, name, 0, false);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void takePieces() {
        for (long start = next(); Long.compareUnsigned(start, end) < 0; start = next()) {
            try {
                populate(start, Math.min(pieceEnd(start), end) - start);
            } catch (KernelException refused) {
                String object = "[0x%x, 0x%x]".formatted(address, end - 1);
                refusal.compareAndSet(null, refused.about(object, advice(refused.errno())));
                next.set(end);
            }
        }
    }

    private long next() {
        return next.getAndUpdate(start -> Math.min(pieceEnd(start), end));
    }

    /** Pieces end where huge pages do, so that no two threads bring in the same one. */
    private static long pieceEnd(long start) {
        return (start & -PIECE) + PIECE;
    }

    private void populate(long start, long length) throws KernelException {
        int answer = kernel.madvise(start, length, Fcntl.MADV_POPULATE_WRITE);
        if (answer == -Errno.EINVAL.number()) {
            // Memory that may only be read; or this kernel does not know how.
            answer = kernel.madvise(start, length, Fcntl.MADV_POPULATE_READ);
        }
        if (answer == -Errno.EINVAL.number() && !isKnown(start)) {
            next.set(end);
            return;
        }
        if (answer < 0) {
            throw new KernelException("MADV_POPULATE_WRITE", Errno.of(-answer));
        }
    }

    /** Linux looks at what is advised before it looks at the memory, of which this is none. */
    private boolean isKnown(long start) {
        return kernel.madvise(start, 0, Fcntl.MADV_POPULATE_WRITE) == 0;
    }

    private static String advice(Errno errno) {
        if (errno.equals(Errno.ENOMEM)) {
            return "not all of it is memory of this process, or there is no more memory to be had";
        }
        if (errno.equals(Errno.EINVAL)) {
            return "some of it may be neither read nor written, or is a device's";
        }
        if (errno.equals(Errno.EFAULT)) {
            return "some of it lies beyond the end of its file, or there is no huge page left for"
                    + " it; see /proc/sys/vm/nr_hugepages";
        }
        if (errno.equals(Errno.EHWPOISON)) {
            return "a page of it is broken memory of this machine";
        }
        return errno.meaning();
    }

    private static void awaitEnd(List<Thread> threads) {
        boolean interrupted = false;
        for (Thread thread : threads) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
