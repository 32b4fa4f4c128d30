// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.device;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jvfio.linux.Errno;

/**
 * The kernel's sample {@code mtty}: a mediated device that looks like a PCI card with one or two
 * serial ports, each looped back to itself, and that can be moved with migration version 2.
 *
 * <pre>
 *   offset  size  register of region 0 and, with two ports, of region 1
 *        0     1  data: what is written can be read
 *        1     1  interrupt enable
 *        3     1  line control
 *        4     1  modem control
 *        5     1  line status: 0x60 when nothing is there to be read, else bit 0
 *        7     1  scratch
 * </pre>
 *
 * <p>Regions, interrupt indexes, sizes and states of migration were held against Linux 7.3; a reset
 * ends a migration, and changes no register there. It raises no interrupts, and has none of mtty's
 * dirty tracking.
 */
public final class MttyModel implements VfioModel {
    private static final int PCI = 1 << 1;
    private static final int PORTS = 2;
    private static final int REGISTERS = 8;
    private static final int FIFO = 16;
    private static final int STATE_SIZE = 36;
    private static final int MOST_PORTS = 24;
    private static final int CONFIGURATION = 7;
    private static final int DATA = 0;
    private static final int LINE_STATUS = 5;

    private static final class Port {
        private final byte[] registers = new byte[REGISTERS];
        private final byte[] waiting = new byte[FIFO];
        private int count;

        byte read(int register) {
            return switch (register) {
                case DATA -> take();
                case LINE_STATUS -> (byte) (count == 0 ? 0x60 : 0x01);
                default -> registers[register];
            };
        }

        private byte take() {
            byte first = waiting[0];
            if (count > 0) {
                System.arraycopy(waiting, 1, waiting, 0, FIFO - 1);
                count--;
            }
            return first;
        }

        void write(int register, byte value) {
            if (register != DATA) {
                registers[register] = value;
            } else if (count < FIFO) {
                waiting[count++] = value;
            }
        }

        void save(ByteBuffer target) {
            target.put(registers).put(waiting).put((byte) count);
            target.position(target.position() + STATE_SIZE - REGISTERS - FIFO - 1);
        }

        void load(ByteBuffer source) {
            source.get(registers).get(waiting);
            count = source.get() & FIFO - 1;
            source.position(source.position() + STATE_SIZE - REGISTERS - FIFO - 1);
        }
    }

    private final byte[] configuration;
    private final List<Port> ports;

    /** A card with two ports, as it is after power-on. */
    public MttyModel() {
        this(PORTS);
    }

    /** A card with one or two ports. */
    public MttyModel(int ports) {
        this.ports = Stream.generate(Port::new).limit(ports).toList();
        this.configuration = configurationOf(ports);
    }

    /** The sample's parent, with its two types. */
    public static MediatedParent parent() {
        return new MediatedParent(
                "mtty",
                MOST_PORTS,
                Errno.ENOSPC,
                List.of(type(1, "Single port serial"), type(2, "Dual port serial")));
    }

    private static MediatedParent.Offer type(int ports, String name) {
        Supplier<VfioModel> maker = () -> new MttyModel(ports);
        return new MediatedParent.Offer(
                "mtty-" + ports, name, Optional.empty(), "vfio-pci", ports, maker);
    }

    private static byte[] configurationOf(int ports) {
        ConfigBytes bytes =
                new ConfigBytes(256, 0x4348, 0x3253, 0x070002, 0x10).subsystem(0x4348, 0x3253);
        for (int i = 0; i < ports; i++) {
            bytes.ports(i, 0);
        }
        return Arrays.copyOf(bytes.toArray(), 255);
    }

    @Override
    public String name() {
        return "mtty";
    }

    @Override
    public int flags() {
        return PCI;
    }

    @Override
    public String bus() {
        return "mdev";
    }

    @Override
    public String driver() {
        return "mtty";
    }

    @Override
    public boolean resettable() {
        return true;
    }

    @Override
    public List<ModelRegion> regions() {
        ModelRegion none = ModelRegion.of(0);
        ModelRegion port = ModelRegion.of(REGISTERS);
        ModelRegion config = ModelRegion.of(configuration.length);
        ModelRegion second = ports.size() == PORTS ? port : none;
        return List.of(port, second, none, none, none, none, none, config, none);
    }

    @Override
    public List<ModelInterrupt> interrupts() {
        ModelInterrupt none = ModelInterrupt.NONE;
        return List.of(ModelInterrupt.level(), ModelInterrupt.fixed(), none, none, none);
    }

    @Override
    public Map<String, String> attributes() {
        return Map.of("mdev_type/device_api", "vfio-pci", "mdev_type/name", "Dual port serial");
    }

    @Override
    public void connect(DeviceBus bus) {}

    @Override
    public void read(int region, long position, byte[] target) {
        for (int i = 0; i < target.length; i++) {
            int at = (int) position + i;
            target[i] = region == CONFIGURATION ? configuration[at] : ports.get(region).read(at);
        }
    }

    @Override
    public void write(int region, long position, byte[] source) {
        for (int i = 0; i < source.length && region < ports.size(); i++) {
            ports.get(region).write((int) position + i, source[i]);
        }
    }

    @Override
    public void reset() {
        // As with the sample, registers and what waits to be read stay as they are.
    }

    @Override
    public Optional<MigrationModel> migration() {
        return Optional.of(new Migration());
    }

    private final class Migration implements MigrationModel {
        private static final long MAGIC = 0x7e9d09898c3e2c4eL;

        @Override
        public byte[] header() {
            ByteBuffer bytes = ByteBuffer.allocate(24).order(ByteOrder.nativeOrder());
            return bytes.putLong(MAGIC).putInt(1).putInt(0).putInt(ports.size()).array();
        }

        @Override
        public byte[] state() {
            ByteBuffer bytes = ByteBuffer.allocate(STATE_SIZE * ports.size());
            ports.forEach(port -> port.save(bytes));
            return bytes.array();
        }

        @Override
        public void load(byte[] state) {
            ByteBuffer bytes = ByteBuffer.wrap(state);
            ports.forEach(port -> port.load(bytes));
        }
    }
}
