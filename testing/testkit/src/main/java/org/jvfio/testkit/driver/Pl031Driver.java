// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.driver;

import org.jvfio.device.Registers;

/**
 * A driver for Arm's real-time clock PL031: its time, and an alarm when that is reached.
 *
 * <p>Source: Arm's PrimeCell Real Time Clock (PL031) reference manual. <b>Threads.</b> Safe for use
 * by several threads as far as the registers are, but for {@link #raise}.
 */
public final class Pl031Driver implements AutoCloseable {
    /** The offset of the time in seconds. */
    public static final int TIME = 0x00;

    /** The offset of the time that the alarm is for. */
    public static final int MATCH = 0x04;

    /** The offset of the register that sets the time. */
    public static final int LOAD = 0x08;

    /** The offset of what the device is, a byte in each of eight words. */
    public static final int IDENTIFICATION = 0xfe0;

    private static final int LET_THROUGH = 0x10;
    private static final int RAISED = 0x14;
    private static final int CLEAR = 0x1c;
    private static final int FIRST_ALARM = 1_000_000;
    private static final int LONG = 1_000;

    private final Registers registers;
    private int alarm = FIRST_ALARM;

    /** A driver of these registers, for a device in any state; it lets the alarm through. */
    public Pl031Driver(Registers registers) {
        this.registers = registers;
        clear();
        registers.putInt(LET_THROUGH, 1);
    }

    /** The time in seconds. */
    public int time() {
        return registers.getInt(TIME);
    }

    /** Sets the time. */
    public void time(int seconds) {
        registers.putInt(LOAD, seconds);
    }

    /** Has the alarm come when this is the time. */
    public void alarmAt(int seconds) {
        registers.putInt(MATCH, seconds);
    }

    /** Has the alarm come now. */
    public void raise() {
        alarm += LONG;
        alarmAt(alarm);
        time(alarm);
    }

    /** Whether the alarm has come and was not taken back. */
    public boolean raised() {
        return registers.getInt(RAISED) != 0;
    }

    /** Takes the alarm back. */
    public void clear() {
        registers.putInt(CLEAR, 1);
    }

    /** Holds the alarm back and takes it back; nothing resets this device. */
    @Override
    public void close() {
        registers.putInt(LET_THROUGH, 0);
        clear();
    }
}
