// SPDX-License-Identifier: Apache-2.0
package org.jvfio.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The number of a user or group that is given by number, or by its name in a file of /etc. */
final class AccountNumber {
    private static final int NAME = 0;
    private static final int NUMBER = 2;

    private AccountNumber() {}

    /** The number of a user. */
    static int ofUser(String given) {
        return of(given, Path.of("/etc/passwd"), "user", "id -u");
    }

    /** The number of a group. */
    static int ofGroup(String given) {
        return of(given, Path.of("/etc/group"), "group", "getent group");
    }

    /** What {@code accounts} says of {@code given}, unless that is a number itself. */
    static int of(String given, Path accounts, String kind, String advice) {
        if (given.matches("[0-9]{1,9}")) {
            return Integer.parseInt(given);
        }
        for (String line : lines(accounts)) {
            String[] fields = line.split(":", -1);
            if (fields.length > NUMBER
                    && fields[NAME].equals(given)
                    && fields[NUMBER].matches("[0-9]{1,9}")) {
                return Integer.parseInt(fields[NUMBER]);
            }
        }
        throw new WrongArgument(
                "\"%s\": no such %s in %s; give its number, which \"%s %s\" says"
                        .formatted(given, kind, accounts, advice, given));
    }

    private static List<String> lines(Path accounts) {
        try {
            return Files.readAllLines(accounts);
        } catch (IOException unreadable) {
            return List.of(); // Then only numbers can be given, which the refusal says.
        }
    }
}
