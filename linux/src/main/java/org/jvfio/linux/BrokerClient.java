// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jvfio.Descriptor;
import org.jvfio.ReceivedDescriptor;
import org.jvfio.VfioException;

/** One request to a broker: the line that is sent, and the line with a descriptor that comes. */
final class BrokerClient implements AutoCloseable {
    private static final int MOST_DESCRIPTORS = 4;
    private static final String RECEIVE = "receive";

    private final Kernel kernel;
    private final String name;
    private final String object;
    private final DescriptorSocket socket;
    private final List<Integer> descriptors = new ArrayList<>();

    private BrokerClient(Kernel kernel, String name, DescriptorSocket socket) {
        this.kernel = kernel;
        this.name = name;
        this.object = name + " from " + socket.path();
        this.socket = socket;
    }

    /** Asks whoever listens at {@code path}. */
    static ReceivedDescriptor receive(Kernel kernel, String path, String name) {
        if (!BrokerConnection.isName(name)) {
            throw new IllegalArgumentException("\"" + name + "\": not a name to ask a broker for");
        }
        try (BrokerClient client = connect(kernel, path, name)) {
            return client.receive();
        }
    }

    private static BrokerClient connect(Kernel kernel, String path, String name) {
        try {
            return new BrokerClient(kernel, name, DescriptorSocket.connect(kernel, path));
        } catch (KernelException refused) {
            throw refused.about(path, connectAdvice(refused.errno()));
        }
    }

    private static String connectAdvice(Errno errno) {
        if (errno.equals(Errno.ENOENT) || errno.equals(Errno.ECONNREFUSED)) {
            return "no broker listens there; start jvfio broker";
        }
        return errno.equals(Errno.EACCES)
                ? "no permission to write to it; start the broker with another --socket-mode,"
                        + " --socket-owner or --socket-group"
                : errno.meaning();
    }

    private ReceivedDescriptor receive() {
        try {
            socket.send((name + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (KernelException refused) {
            // A broker that serves us not says why and hangs up, before it reads.
            if (!refused.errno().equals(Errno.EPIPE)) {
                throw refused.about(object);
            }
        }
        String answer = line();
        if (answer.startsWith(BrokerConnection.NO)) {
            throw new VfioException(
                    object, RECEIVE, answer.substring(BrokerConnection.NO.length()));
        }
        if (!answer.equals(BrokerConnection.OK) || descriptors.size() != 1) {
            throw new VfioException(
                    object,
                    RECEIVE,
                    "\"%s\" came with %d descriptors: is that a broker of jvfio?"
                            .formatted(answer, descriptors.size()));
        }
        return new Received(new PassedFile(kernel, descriptors.remove(0), object));
    }

    private String line() {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (line.size() <= BrokerConnection.LONGEST_ANSWER) {
            ByteBuffer came = more();
            while (came.hasRemaining()) {
                byte character = came.get();
                if (character == '\n') {
                    return line.toString(StandardCharsets.UTF_8);
                }
                line.write(character);
            }
        }
        throw new VfioException(object, RECEIVE, "a line too long: is that a broker of jvfio?");
    }

    private ByteBuffer more() {
        try {
            DescriptorSocket.Received came =
                    socket.receive(BrokerConnection.LONGEST_ANSWER, MOST_DESCRIPTORS);
            descriptors.addAll(came.descriptors());
            if (!came.bytes().hasRemaining()) {
                throw new VfioException(object, RECEIVE, "the broker has hung up; ask again");
            }
            return came.bytes();
        } catch (KernelException refused) {
            throw refused.about(object);
        }
    }

    /** Hangs up, and closes what was not asked for. */
    @Override
    public void close() {
        descriptors.forEach(kernel::close);
        socket.close();
    }

    /** A file whose kind is not known here. */
    private static final class PassedFile extends KernelFile {
        PassedFile(Kernel kernel, int fd, String path) {
            super(kernel, fd, path, true);
        }
    }

    /** What was handed over. */
    private record Received(PassedFile file) implements ReceivedDescriptor {
        @Override
        public Descriptor borrowed() {
            return Descriptor.borrowed(file.fd());
        }

        @Override
        public void close() {
            file.close();
        }
    }
}
