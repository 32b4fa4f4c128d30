// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.jvfio.device.PciAddress;
import org.jvfio.linux.Errno;
import org.jvfio.linux.uapi.DeviceFeature;
import org.jvfio.linux.uapi.VfToken;
import org.jvfio.testkit.device.Bar;
import org.jvfio.testkit.device.PciModel;
import org.jvfio.testkit.device.SriovModel;

/** A PCI function in the machine: its model, its driver, and who has it open. */
public final class PciFunction {
    static final String VFIO_PCI = "vfio-pci";
    private static final String TOKEN = "vf_token=";
    private static final int UUID_LENGTH = 36;
    private static final Pattern UUID_TEXT =
            Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");

    private final Machine machine;
    private final String name;
    private final PciModel model;
    private final Group group;
    private final @Nullable String driver;
    private final @Nullable String bridge;
    private final int vfioNumber;
    private final ConfigSpace config;
    private final Irqs irqs;
    private @Nullable PageTables tables;
    private int openCount;
    private @Nullable IommufdBinding binding;
    private final DeviceFeatures features = new DeviceFeatures();
    private final @Nullable PciFunction physical;
    private final @Nullable FunctionToken token;
    private final @Nullable VirtualFunctions virtualFunctions;

    PciFunction(
            Machine machine,
            String name,
            PciModel model,
            Group group,
            @Nullable String driver,
            @Nullable String bridge,
            int vfioNumber,
            @Nullable PciFunction physical) {
        this.machine = machine;
        this.name = name;
        this.model = model;
        this.group = group;
        this.driver = driver;
        this.bridge = bridge;
        this.vfioNumber = vfioNumber;
        this.config = new ConfigSpace(model);
        this.irqs = new Irqs(this);
        this.physical = physical;
        boolean sriov = config.totalVirtualFunctions() > 0;
        this.token = sriov && boundToVfio() ? new FunctionToken() : null;
        this.virtualFunctions =
                sriov && model instanceof SriovModel many
                        ? new VirtualFunctions(machine, this, many)
                        : null;
        if (token != null) {
            features.on(
                    DeviceFeature.PCI_VF_TOKEN,
                    DeviceFeatures.SET,
                    VfToken.SIZE,
                    (operation, data) -> token.replace(data.uuid(0)));
        }
        model.connect(new DmaPath(this));
    }

    /** The name on its bus: {@code "0000:00:05.0"}. */
    public String name() {
        return name;
    }

    /** What the function does. */
    public PciModel model() {
        return model;
    }

    Machine machine() {
        return machine;
    }

    Group group() {
        return group;
    }

    Optional<String> driver() {
        return Optional.ofNullable(driver);
    }

    /** The folder of the function in sysfs, below the bridge that it is behind. */
    String folder() {
        String root = "/sys/devices/pci" + (bridge != null ? bridge : name).substring(0, 7);
        return root + (bridge != null ? "/" + bridge : "") + "/" + name;
    }

    /** The name of the function whose number is {@code distance} higher. */
    String nameAfter(int distance) {
        PciAddress address = PciAddress.of(name);
        int number =
                (address.busNumber() << 8 | address.device() << 3 | address.function()) + distance;
        return "%04x:%02x:%02x.%d"
                .formatted(address.domain(), number >>> 8, number >>> 3 & 0x1f, number & 7);
    }

    Optional<String> bridge() {
        return Optional.ofNullable(bridge);
    }

    Optional<VirtualFunctions> virtualFunctions() {
        return Optional.ofNullable(virtualFunctions);
    }

    boolean isVirtual() {
        return physical != null;
    }

    DeviceFeatures features() {
        return features;
    }

    /**
     * Whether a text that a group is asked for a device with means this one; refuses if it does and
     * what follows the name is wrong.
     */
    boolean isMeantBy(String text) {
        if (!text.startsWith(name)) {
            return false;
        }
        String options = text.substring(name.length());
        if (!options.isEmpty() && !options.startsWith(" ")) {
            return false;
        }
        admit(tokenIn(options));
        return true;
    }

    private static @Nullable UUID tokenIn(String options) {
        UUID found = null;
        String left = options.stripLeading();
        while (!left.isEmpty()) {
            boolean valid = found == null && left.startsWith(TOKEN);
            Refused.when(!valid || left.length() < TOKEN.length() + UUID_LENGTH, Errno.EINVAL);
            int end = TOKEN.length() + UUID_LENGTH;
            found = uuid(left.substring(TOKEN.length(), end));
            left = left.substring(end).stripLeading();
        }
        return found;
    }

    private static UUID uuid(String text) {
        Refused.when(!UUID_TEXT.matcher(text).matches(), Errno.EINVAL);
        return UUID.fromString(text);
    }

    /** Refuses to be opened with a wrong VF token, or without the right one. */
    void admit(@Nullable UUID given) {
        if (physical != null && physical.token != null) {
            physical.token.admitVirtual(given);
        } else if (token != null) {
            token.admitPhysical(given);
        } else {
            Refused.when(given != null, Errno.EINVAL);
        }
    }

    boolean boundToVfio() {
        return VFIO_PCI.equals(driver);
    }

    /** Whether its driver does DMA for the kernel, so that the group is not user space's. */
    boolean usesDmaOfItsOwn() {
        return driver != null
                && !driver.equals(VFIO_PCI)
                && !driver.equals("pci-stub")
                && !driver.equals("pcieport");
    }

    /** The number N of {@code vfioN}. */
    int vfioNumber() {
        return vfioNumber;
    }

    /** The name that VFIO has for it: {@code "vfio0"}. */
    String vfioName() {
        return (group.hasIommu() ? "vfio" : "noiommu-vfio") + vfioNumber;
    }

    String cdevPath() {
        return "/dev/vfio/devices/" + vfioName();
    }

    ConfigSpace config() {
        return config;
    }

    Irqs irqs() {
        return irqs;
    }

    @Nullable Bar bar(int index) {
        return model.bars().stream().filter(bar -> bar.index() == index).findFirst().orElse(null);
    }

    boolean memoryEnabled() {
        return isVirtual() || (config.command() & ConfigSpace.MEMORY) != 0;
    }

    boolean mayMaster() {
        return (config.command() & ConfigSpace.MASTER) != 0;
    }

    /** The page tables that the function is behind; without any, it reaches nothing. */
    @Nullable IommuDomain domain() {
        if (!group.hasIommu()) {
            return null;
        }
        GroupFile opened = group.opened();
        ContainerFile container = opened == null ? null : opened.container();
        if (container != null) {
            return container.domain();
        }
        return tables == null ? null : tables.ioas();
    }

    /** Notes that the function wrote to memory, for those who track that. */
    void written(long iova, long length) {
        if (tables != null) {
            tables.written(iova, length);
        }
    }

    /** Puts the function behind page tables of an iommufd, or behind none. */
    void tables(@Nullable PageTables attached) {
        tables = attached;
    }

    boolean isOpen() {
        return openCount > 0;
    }

    /** Opens the function once more; the first time, it is prepared for user space. */
    void opened() {
        if (openCount++ == 0) {
            if (model.resettable()) {
                model.reset();
            }
            config.restore();
            machine.views().publish(this);
            if (physical != null && physical.token != null) {
                physical.token.virtualFunctionOpened();
            }
        }
    }

    /** Closes the function once; the last time, it is made quiet. */
    void closed() {
        if (--openCount == 0) {
            irqs.disableAll();
            if (model.resettable()) {
                model.reset();
            }
            config.restore();
            if (physical != null && physical.token != null) {
                physical.token.virtualFunctionClosed();
            }
            machine.changed();
        }
    }

    /** What the function was bound to an iommufd with, through its own file. */
    @Nullable IommufdBinding binding() {
        return binding;
    }

    void binding(@Nullable IommufdBinding current) {
        binding = current;
    }

    /** Segment, bus, device and function number, as hot reset tells them. */
    int location() {
        PciAddress address = PciAddress.of(name);
        int number = address.device() << 3 | address.function();
        return (int) address.domain() | address.busNumber() << 16 | number << 24;
    }

    /** What a reset of the bus does. */
    void busReset() {
        if (model.resettable()) {
            model.reset();
        }
        machine.views().publish(this);
    }

    /** Resets what the device is, and keeps its configuration. */
    void reset() {
        Refused.when(!model.resettable(), Errno.EINVAL);
        model.reset();
        machine.views().publish(this);
    }

    long read(int bar, long offset, int width) {
        return model.read(bar, offset, width);
    }

    void write(int bar, long offset, int width, long value) {
        model.write(bar, offset, width, value);
        machine.views().publish(this);
    }

    @Override
    public String toString() {
        return name;
    }
}
