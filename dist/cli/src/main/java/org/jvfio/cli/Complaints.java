// SPDX-License-Identifier: Apache-2.0
package org.jvfio.cli;

import java.io.PrintWriter;
import java.util.Optional;
import java.util.OptionalInt;
import org.jvfio.VfioException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says in one line what went wrong; with {@code --debug} it shows where as well. */
final class Complaints implements IExecutionExceptionHandler, IParameterExceptionHandler {
    private final Main main;

    Complaints(Main main) {
        this.main = main;
    }

    @Override
    public int handleParseException(ParameterException failure, String[] arguments) {
        CommandLine command = failure.getCommandLine();
        PrintWriter err = command.getErr();
        err.println("jvfio: " + message(failure));
        UnmatchedArgumentException.printSuggestions(failure, err);
        err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        return ExitStatus.USAGE;
    }

    @Override
    public int handleExecutionException(
            Exception failure, CommandLine command, ParseResult parsed) {
        PrintWriter err = command.getErr();
        String message = message(failure);
        err.println("jvfio: " + message);
        if (main.debug()) {
            failure.printStackTrace(err);
        }
        if (main.json()) {
            command.getOut().println(json(failure, message).text());
        }
        return status(failure);
    }

    private static String message(ParameterException failure) {
        boolean noCommand =
                failure instanceof UnmatchedArgumentException unmatched
                        && !unmatched.isUnknownOption()
                        && failure.getCommandLine().getParent() == null;
        return noCommand
                ? "no such command: "
                        + String.join(" ", ((UnmatchedArgumentException) failure).getUnmatched())
                : String.valueOf(failure.getMessage());
    }

    private static String message(Exception failure) {
        return isExpected(failure)
                ? String.valueOf(failure.getMessage())
                : "a defect of jvfio, please report it with what --debug shows: " + failure;
    }

    private static boolean isExpected(Exception failure) {
        return failure instanceof VfioException
                || failure instanceof WrongArgument
                || failure instanceof NothingUsable;
    }

    private static int status(Exception failure) {
        if (failure instanceof WrongArgument) {
            return ExitStatus.USAGE;
        }
        return failure instanceof NothingUsable ? ExitStatus.NOTHING_USABLE : ExitStatus.REFUSED;
    }

    private static JsonObject json(Exception failure, String message) {
        JsonObject error = new JsonObject().with("message", message);
        if (failure instanceof VfioException refused) {
            error.with("object", refused.object())
                    .with("request", refused.request())
                    .with("errno", refused.errno());
        } else {
            error.with("object", Optional.empty())
                    .with("request", Optional.empty())
                    .with("errno", OptionalInt.empty());
        }
        return new JsonObject().with("error", error);
    }
}
