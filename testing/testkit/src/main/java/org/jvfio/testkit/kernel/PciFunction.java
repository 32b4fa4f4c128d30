// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.jvfio.linux.Errno;
import org.jvfio.testkit.device.Bar;
import org.jvfio.testkit.device.PciModel;

/** A PCI function in the machine: its model, its driver, and who has it open. */
public final class PciFunction {
    private static final String VFIO_PCI = "vfio-pci";

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

    PciFunction(
            Machine machine,
            String name,
            PciModel model,
            Group group,
            @Nullable String driver,
            @Nullable String bridge,
            int vfioNumber) {
        this.machine = machine;
        this.name = name;
        this.model = model;
        this.group = group;
        this.driver = driver;
        this.bridge = bridge;
        this.vfioNumber = vfioNumber;
        this.config = new ConfigSpace(model);
        this.irqs = new Irqs(this);
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

    String cdevPath() {
        return "/dev/vfio/devices/vfio" + vfioNumber;
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
        return (config.command() & ConfigSpace.MEMORY) != 0;
    }

    boolean mayMaster() {
        return (config.command() & ConfigSpace.MASTER) != 0;
    }

    /** The page tables that the function is behind; without any, it reaches nothing. */
    @Nullable IommuDomain domain() {
        GroupFile opened = group.opened();
        ContainerFile container = opened == null ? null : opened.container();
        if (container != null) {
            return container.domain();
        }
        return tables == null ? null : tables.ioas();
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
        }
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
