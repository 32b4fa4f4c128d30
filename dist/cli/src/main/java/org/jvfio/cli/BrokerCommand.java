// SPDX-License-Identifier: Apache-2.0
package org.jvfio.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.jvfio.BrokerOptions;
import org.jvfio.DescriptorBroker;
import org.jvfio.Vfio;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Hands open descriptors to processes that may not open VFIO's files themselves. */
@Command(
        name = "broker",
        header = "Hands open devices to processes without permissions.",
        description = {
            "Listens at a Unix socket until it is ended (Ctrl-C, SIGTERM). It opens /dev/iommu, and"
                    + " the character devices of the devices that it is told to allow, and hands them"
                    + " to those who connect: processes of its own user, and of the users and groups"
                    + " that it is given. It prints a line for each answer.",
            "Who connects writes a line, iommu or a device's name, and reads a line: ok, with the"
                    + " open descriptor (SCM_RIGHTS), or no: and why."
        })
final class BrokerCommand implements Callable<Integer> {
    private static final System.Logger LOG = System.getLogger(BrokerCommand.class.getName());
    private static final long DEADLINE_SECONDS = 10;

    private static final int OCTAL = 8;

    private final Main main;

    @Option(
            names = "--socket",
            paramLabel = "PATH",
            required = true,
            description =
                    "Where to listen, in a folder that only its owner may change. A path at which"
                            + " nobody listens any more is taken over.")
    private String socket = "";

    @Option(
            names = "--allow",
            paramLabel = "ADDRESS",
            description = "Hand out this device (repeatable). /dev/iommu is always handed out.")
    private List<String> devices = new ArrayList<>();

    @Option(
            names = "--user",
            paramLabel = "USER",
            description = "Serve processes of this user, by name or number (repeatable).")
    private List<String> users = new ArrayList<>();

    @Option(
            names = "--group",
            paramLabel = "GROUP",
            description =
                    "Serve processes whose effective group is this one, by name or number"
                            + " (repeatable).")
    private List<String> groups = new ArrayList<>();

    @Option(
            names = "--socket-mode",
            paramLabel = "MODE",
            defaultValue = "600",
            description = "The socket's permissions, in octal (${DEFAULT-VALUE}).")
    private String mode = "600";

    @Option(
            names = "--socket-owner",
            paramLabel = "USER",
            description = "The user that the socket is given to.")
    private @Nullable String owner;

    @Option(
            names = "--socket-group",
            paramLabel = "GROUP",
            description = "The group that the socket is given to.")
    private @Nullable String group;

    BrokerCommand(Main main) {
        this.main = main;
    }

    @Override
    public Integer call() {
        CountDownLatch ended = new CountDownLatch(1);
        try (Vfio vfio = main.open()) {
            Thread end = new Thread(() -> end(vfio, ended), "jvfio-end");
            return serve(vfio, broker -> Runtime.getRuntime().addShutdownHook(end));
        } finally {
            ended.countDown();
        }
    }

    /** The process ends with this: the thread that serves may still be taking the path away. */
    private static void end(Vfio vfio, CountDownLatch ended) {
        vfio.close();
        try {
            if (!ended.await(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
                LOG.log(System.Logger.Level.WARNING, "the broker is still busy; not waiting on");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Serves until the broker is closed.
     *
     * @param listening is told when the broker listens, before it serves
     */
    int serve(Vfio vfio, Consumer<DescriptorBroker> listening) {
        BrokerOptions options = options();
        try (DescriptorBroker broker = open(vfio, options)) {
            listening.accept(broker);
            tell(BrokerText.beginning(options), BrokerText.json(options));
            broker.serve(answer -> tell(BrokerText.line(answer), BrokerText.json(answer)));
        }
        return ExitStatus.OK;
    }

    private static DescriptorBroker open(Vfio vfio, BrokerOptions options) {
        try {
            return vfio.broker(options);
        } catch (IllegalArgumentException garbage) {
            throw new WrongArgument(garbage);
        }
    }

    private BrokerOptions options() {
        BrokerOptions options = BrokerOptions.at(socket).mode(permissions());
        if (owner != null) {
            options = options.owner(AccountNumber.ofUser(owner));
        }
        if (group != null) {
            options = options.group(AccountNumber.ofGroup(group));
        }
        for (String user : users) {
            options = options.peerUser(AccountNumber.ofUser(user));
        }
        for (String one : groups) {
            options = options.peerGroup(AccountNumber.ofGroup(one));
        }
        for (String device : devices) {
            options = options.allow(device);
        }
        return options;
    }

    private int permissions() {
        if (!mode.matches("[0-7]{3,4}") || Integer.parseInt(mode, OCTAL) > 0777) {
            throw new WrongArgument(
                    "--socket-mode " + mode + ": not octal permissions, 000 to 777");
        }
        return Integer.parseInt(mode, OCTAL);
    }

    private void tell(String line, JsonObject json) {
        main.out().println(main.json() ? json.text() : line);
        main.out().flush();
    }
}
