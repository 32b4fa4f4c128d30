// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.device;

import java.time.Duration;

/** The bus of a device that is plugged into nothing. */
enum DisconnectedBus implements DeviceBus {
    INSTANCE;

    @Override
    public boolean read(long iova, byte[] target) {
        return false;
    }

    @Override
    public boolean write(long iova, byte[] source) {
        return false;
    }

    @Override
    public void fault(long iova, long length, boolean write, String reason) {}

    @Override
    public boolean messages() {
        return false;
    }

    @Override
    public void message(int vector) {}

    @Override
    public void line(boolean asserted) {}

    @Override
    public void line(int index, boolean asserted) {}

    @Override
    public void after(Duration delay, Runnable work) {}

    @Override
    public void signal(int index) {}
}
