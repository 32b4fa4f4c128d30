// SPDX-License-Identifier: Apache-2.0
package org.jvfio.cli;

/** An argument that is well placed and means nothing: text that is no address. */
final class WrongArgument extends RuntimeException {
    private static final long serialVersionUID = 1L;

    WrongArgument(String message) {
        super(message);
    }

    WrongArgument(IllegalArgumentException cause) {
        super(cause.getMessage(), cause);
    }
}
