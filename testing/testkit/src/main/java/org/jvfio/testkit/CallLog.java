// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit;

import java.util.ArrayDeque;
import java.util.List;
import org.jvfio.testkit.kernel.OpenFile;

/**
 * The system calls that were made, in order; of very many, the last ones. What they are called in
 * words is found out when somebody asks, as nearly nobody does.
 */
final class CallLog {
    private static final int MOST = 100_000;

    private record Call(String name, Object target, long result) {
        SystemCall inWords() {
            String words = target instanceof OpenFile f ? f.description() : target.toString();
            return new SystemCall(name, words, result);
        }
    }

    private final ArrayDeque<Call> calls = new ArrayDeque<>();

    /**
     * Notes a call, and answers its result.
     *
     * @param target an {@link OpenFile}, or else words
     */
    long note(String name, Object target, long result) {
        if (calls.size() == MOST) {
            calls.removeFirst();
        }
        calls.add(new Call(name, target, result));
        return result;
    }

    List<SystemCall> all() {
        return calls.stream().map(Call::inWords).toList();
    }

    void clear() {
        calls.clear();
    }
}
