// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;
import org.jvfio.BrokerAnswer;
import org.jvfio.VfioException;
import org.jvfio.linux.uapi.PeerCredentials;

/** Somebody who is connected to a broker, and the part of a line that he has sent so far. */
final class BrokerConnection implements AutoCloseable {
    /** What begins the line that a descriptor comes with, and the line of a refusal. */
    static final String OK = "ok";

    static final String NO = "no: ";

    /** The longest request and the longest answer, in bytes with the end of line. */
    static final int LONGEST_REQUEST = 256;

    static final int LONGEST_ANSWER = 1024;

    /** Opens what a request is about. */
    interface Opener {
        /**
         * The open file.
         *
         * @throws VfioException if there is no such thing, or it is not to be had
         */
        KernelFile open(String request);
    }

    private final DescriptorSocket socket;
    private final PeerCredentials peer;
    private final Consumer<BrokerAnswer> told;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    BrokerConnection(DescriptorSocket socket, PeerCredentials peer, Consumer<BrokerAnswer> told) {
        this.socket = socket;
        this.peer = peer;
        this.told = told;
    }

    int fd() {
        return socket.fd();
    }

    /** Reads what has come and answers each whole line; says whether there may be more. */
    boolean serve(Opener opener) {
        try {
            ByteBuffer came = socket.receive(LONGEST_REQUEST, 0).bytes();
            boolean more = came.hasRemaining();
            while (more && came.hasRemaining()) {
                byte character = came.get();
                more = character == '\n' ? answer(opener) : add(character);
            }
            return more;
        } catch (KernelException hungUp) {
            return hungUp.errno().equals(Errno.EMSGSIZE) && refuse("", "send no descriptors");
        }
    }

    private boolean add(byte character) throws KernelException {
        line.write(character);
        return line.size() < LONGEST_REQUEST
                || refuse("", "a request is a line of at most " + LONGEST_REQUEST + " bytes");
    }

    private boolean answer(Opener opener) throws KernelException {
        String request = line.toString(StandardCharsets.UTF_8);
        line.reset();
        if (!isName(request)) {
            return refuse("", "a request is \"iommu\" or the name of a device, and nothing else");
        }
        try (KernelFile file = opener.open(request)) {
            socket.send((OK + "\n").getBytes(StandardCharsets.UTF_8), file.fd());
        } catch (VfioException refused) {
            String why = String.valueOf(refused.getMessage());
            return send(why) && tell(request, Optional.of(why));
        }
        return tell(request, Optional.empty());
    }

    /** Whether a request is made of visible characters only, and of some. */
    static boolean isName(String request) {
        return !request.isEmpty() && request.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }

    /** Says why there will be nothing, and that this is the end. */
    boolean refuse(String request, String why) {
        tell(request, Optional.of(why));
        try {
            send(why);
        } catch (KernelException hungUp) {
            return false; // Who does not wait for the answer does not get it.
        }
        return false;
    }

    private boolean send(String why) throws KernelException {
        byte[] text = (NO + why.replace('\n', ' ')).getBytes(StandardCharsets.UTF_8);
        int length = Math.min(text.length, LONGEST_ANSWER - 1);
        byte[] answer = Arrays.copyOf(text, length + 1);
        answer[length] = '\n';
        socket.send(answer);
        return true;
    }

    private boolean tell(String request, Optional<String> refusal) {
        told.accept(new BrokerAnswer(peer.pid(), peer.uid(), peer.gid(), request, refusal));
        return true;
    }

    @Override
    public void close() {
        socket.close();
    }
}
