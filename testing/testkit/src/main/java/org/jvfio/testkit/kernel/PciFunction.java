// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.jvfio.device.PciAddress;
import org.jvfio.linux.Errno;
import org.jvfio.linux.uapi.DeviceFeature;
import org.jvfio.linux.uapi.VfToken;
import org.jvfio.linux.uapi.VfioRequests;
import org.jvfio.testkit.device.Bar;
import org.jvfio.testkit.device.PciModel;
import org.jvfio.testkit.device.SriovModel;

/** A PCI function in the machine: its model, its driver, and who has it open. */
public final class PciFunction extends Device {
    static final String VFIO_PCI = "vfio-pci";
    private static final Set<String> HARMLESS = Set.of(VFIO_PCI, "pci-stub", "pcieport");
    private static final String TOKEN = "vf_token=";
    private static final int UUID_LENGTH = 36;
    private static final Pattern UUID_TEXT =
            Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");

    private final PciModel model;
    private final @Nullable String bridge;
    private final ConfigSpace config;
    private final Irqs irqs;
    private final BarExports exports = new BarExports(this);
    private final @Nullable PciFunction physical;
    private @Nullable FunctionToken token;
    private final @Nullable VirtualFunctions virtualFunctions;
    private final @Nullable String usualDriver;
    private @Nullable String override;

    PciFunction(
            Machine machine,
            String name,
            PciModel model,
            Group group,
            @Nullable String driver,
            @Nullable String bridge,
            int vfioNumber,
            @Nullable PciFunction physical) {
        super(machine, name, group, driver, vfioNumber);
        this.model = model;
        this.bridge = bridge;
        this.config = new ConfigSpace(model);
        this.irqs = new Irqs(this);
        this.physical = physical;
        boolean sriov = config.totalVirtualFunctions() > 0;
        this.token = sriov ? new FunctionToken() : null;
        this.virtualFunctions =
                sriov && model instanceof SriovModel many
                        ? new VirtualFunctions(machine, this, many)
                        : null;
        if (token != null) {
            features()
                    .on(
                            DeviceFeature.PCI_VF_TOKEN,
                            DeviceFeatures.SET,
                            VfToken.SIZE,
                            (operation, data) -> renewable().replace(data.uuid(0)));
        }
        exports.addTo(features());
        this.usualDriver = boundToVfio() ? null : driver;
        this.override = boundToVfio() ? VFIO_PCI : null;
        model.connect(new DmaPath(this));
    }

    private FunctionToken renewable() {
        return Objects.requireNonNull(token, "token");
    }

    /** Gives a function that can have virtual ones a new token, as its driver's probe does. */
    void renewToken() {
        token = token == null ? null : new FunctionToken();
    }

    /** The driver that suits it: the one it is told to want, else the one it came with. */
    Optional<String> wantedDriver() {
        return Optional.ofNullable(override != null ? override : usualDriver);
    }

    /** What {@code driver_override} shows. */
    String override() {
        return override == null ? "(null)" : override;
    }

    /** Tells it which driver to want; an empty line takes that back. */
    void override(String line) {
        String name = line.strip();
        override = name.isEmpty() ? null : name;
    }

    @Override
    public PciModel model() {
        return model;
    }

    @Override
    String bus() {
        return "pci";
    }

    /** Below the bridge that it is behind. */
    @Override
    String folder() {
        String root = "/sys/devices/pci" + (bridge != null ? bridge : name()).substring(0, 7);
        return root + (bridge != null ? "/" + bridge : "") + "/" + name();
    }

    /** The name of the function whose number is {@code distance} higher. */
    String nameAfter(int distance) {
        PciAddress address = PciAddress.of(name());
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

    @Override
    boolean isMeantBy(String text) {
        if (!text.startsWith(name())) {
            return false;
        }
        String options = text.substring(name().length());
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

    @Override
    void admit(@Nullable UUID given) {
        if (physical != null && physical.token != null) {
            physical.token.admitVirtual(given);
        } else if (token != null) {
            token.admitPhysical(given);
        } else {
            Refused.when(given != null, Errno.EINVAL);
        }
    }

    @Override
    boolean boundToVfio() {
        return driver().filter(VFIO_PCI::equals).isPresent();
    }

    @Override
    boolean usesDmaOfItsOwn() {
        return driver().filter(name -> !HARMLESS.contains(name)).isPresent();
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

    @Override
    boolean memoryEnabled() {
        boolean decodes = isVirtual() || (config.command() & ConfigSpace.MEMORY) != 0;
        return decodes && config.powered();
    }

    /** Something was written that may have turned its registers off. */
    void decodingChanged() {
        if (!memoryEnabled()) {
            exports.revoke();
        }
    }

    @Override
    boolean mayMaster() {
        return (config.command() & ConfigSpace.MASTER) != 0;
    }

    @Override
    void prepare() {
        if (model.resettable()) {
            model.reset();
        }
        config.restore();
        machine().views().publish(this);
        if (physical != null && physical.token != null) {
            physical.token.virtualFunctionOpened();
        }
    }

    @Override
    void quiet() {
        exports.end();
        irqs.disableAll();
        if (model.resettable()) {
            model.reset();
        }
        config.restore();
        if (physical != null && physical.token != null) {
            physical.token.virtualFunctionClosed();
        }
    }

    /** Segment, bus, device and function number, as hot reset tells them. */
    int location() {
        PciAddress address = PciAddress.of(name());
        int number = address.device() << 3 | address.function();
        return (int) address.domain() | address.busNumber() << 16 | number << 24;
    }

    @Override
    void addRequests(Requests requests) {
        DeviceInfoRequests info = new DeviceInfoRequests(this);
        HotReset hotReset = new HotReset(this);
        requests.on(VfioRequests.DEVICE_GET_INFO, info::device)
                .on(VfioRequests.DEVICE_GET_REGION_INFO, info::region)
                .on(VfioRequests.DEVICE_GET_IRQ_INFO, info::irq)
                .on(VfioRequests.DEVICE_SET_IRQS, irqs::set)
                .on(VfioRequests.DEVICE_RESET, argument -> reset())
                .on(VfioRequests.DEVICE_GET_PCI_HOT_RESET_INFO, hotReset::info)
                .on(VfioRequests.DEVICE_PCI_HOT_RESET, hotReset::reset);
    }

    /** What a reset of the bus does. */
    void busReset() {
        exports.revoke();
        if (model.resettable()) {
            model.reset();
        }
        machine().views().publish(this);
    }

    private int reset() {
        Refused.when(!model.resettable(), Errno.EINVAL);
        busReset();
        return 0;
    }

    @Override
    long load(int region, long offset, int width) {
        return model.read(region, offset, width);
    }

    @Override
    void store(int region, long offset, int width, long value) {
        model.write(region, offset, width, value);
    }

    void storeAndShow(int bar, long offset, int width, long value) {
        store(bar, offset, width, value);
        machine().views().publish(this);
    }

    @Override
    long read(long buffer, long count, long offset) {
        return new RegionAccess(this, offset, count).read(buffer);
    }

    @Override
    long write(long buffer, long count, long offset) {
        return new RegionAccess(this, offset, count).write(buffer);
    }

    /** Whether user space can map a BAR: one that is memory, and has its pages for itself. */
    boolean mappable(Bar bar) {
        return !bar.ports() && bar.size() >= machine().pageSize();
    }

    @Override
    long mmap(DeviceFile file, long address, long length, int fixed, long offset) {
        RegionAccess region = new RegionAccess(this, offset, length);
        Refused.when(!mappable(region.bar()), Errno.EINVAL);
        return machine()
                .views()
                .map(file, this, region.bar(), region.position(), address, length, fixed);
    }

    @Override
    boolean messages() {
        return irqs.messages();
    }

    @Override
    void message(int vector) {
        irqs.message(vector);
    }

    @Override
    void line(int index, boolean asserted) {
        irqs.line(asserted);
    }

    @Override
    void signal(int index) {
        irqs.signal(index);
    }
}
