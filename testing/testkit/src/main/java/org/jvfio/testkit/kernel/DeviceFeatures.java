// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.util.Map;
import java.util.TreeMap;
import org.jvfio.linux.Errno;
import org.jvfio.linux.uapi.DeviceFeature;

/**
 * What a device offers through {@code VFIO_DEVICE_FEATURE}.
 *
 * <p>A feature can be read or set or both; with {@code PROBE} that is told, and nothing is done.
 */
final class DeviceFeatures {
    static final int GET = DeviceFeature.GET;
    static final int SET = DeviceFeature.SET;

    private static final int PROBE = DeviceFeature.PROBE;
    private static final int MASK = DeviceFeature.MASK;
    private static final int SIZE = DeviceFeature.SIZE;

    /** What a feature does with its data. */
    @FunctionalInterface
    interface Action {
        void apply(int operation, UserBytes data);
    }

    /** The same for a feature whose request has a result. */
    @FunctionalInterface
    interface Answer {
        int apply(int operation, UserBytes data);
    }

    private record Feature(int operations, int dataSize, Answer answer) {}

    private final Map<Integer, Feature> known = new TreeMap<>();

    /**
     * Adds a feature.
     *
     * @param operations {@link #GET}, {@link #SET} or both
     * @param dataSize how many bytes of data there must be at least
     */
    DeviceFeatures on(int number, int operations, int dataSize, Action action) {
        return answering(
                number,
                operations,
                dataSize,
                (operation, data) -> {
                    action.apply(operation, data);
                    return 0;
                });
    }

    /** Adds a feature whose request has a result. */
    DeviceFeatures answering(int number, int operations, int dataSize, Answer answer) {
        known.put(number, new Feature(operations, dataSize, answer));
        return this;
    }

    /** {@code VFIO_DEVICE_FEATURE}. */
    int call(long argument) {
        UserBytes fixed = UserBytes.at(argument, SIZE);
        int flags = fixed.i32(4);
        int operation = flags & (GET | SET);
        Refused.when(fixed.u32(0) < SIZE, Errno.EINVAL);
        Refused.when((flags & ~(MASK | GET | SET | PROBE)) != 0, Errno.EINVAL);
        boolean probe = (flags & PROBE) != 0;
        Refused.when(!probe && operation == (GET | SET), Errno.EINVAL);
        Feature feature = known.get(flags & MASK);
        if (feature == null) {
            throw new Refused(Errno.ENOTTY);
        }
        Refused.when((operation & ~feature.operations()) != 0, Errno.EINVAL);
        if (probe) {
            return 0;
        }
        Refused.when(operation == 0, Errno.EINVAL);
        Refused.when(fixed.u32(0) - SIZE < feature.dataSize(), Errno.EINVAL);
        UserBytes data = UserBytes.at(argument + SIZE, feature.dataSize());
        return feature.answer().apply(operation, data);
    }
}
