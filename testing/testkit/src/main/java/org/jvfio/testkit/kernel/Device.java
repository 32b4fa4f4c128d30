// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testkit.kernel;

import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.jvfio.linux.Errno;
import org.jvfio.testkit.device.DeviceModel;

/** A device in the machine, of whatever bus: its group, its driver, and who has it open. */
public abstract class Device {
    private final Machine machine;
    private final String name;
    private final Group group;
    private @Nullable String driver;
    private int vfioNumber;
    private final DeviceFeatures features = new DeviceFeatures();
    private @Nullable DmaLog dmaLog;
    private @Nullable PageTables tables;
    private @Nullable Ioas accessed;
    private @Nullable IommufdBinding binding;
    private int openCount;

    Device(Machine machine, String name, Group group, @Nullable String driver, int vfioNumber) {
        this.machine = machine;
        this.name = name;
        this.group = group;
        this.driver = driver;
        this.vfioNumber = vfioNumber;
    }

    /** The name on its bus: {@code "0000:00:05.0"}. */
    public final String name() {
        return name;
    }

    /** What the device does. */
    public abstract DeviceModel model();

    /** The name of its bus in sysfs: {@code "pci"}. */
    abstract String bus();

    /** Its folder in sysfs. */
    abstract String folder();

    /** Whether its driver hands it to user space. */
    abstract boolean boundToVfio();

    /** Whether its driver does DMA for the kernel, so that the group is not user space's. */
    abstract boolean usesDmaOfItsOwn();

    /** Whether its driver does DMA for it, by itself and with no IOMMU. */
    boolean emulated() {
        return false;
    }

    /** Whether it may reach memory at all. */
    abstract boolean mayMaster();

    /** Whether its registers answer. */
    abstract boolean memoryEnabled();

    abstract long load(int region, long offset, int width);

    abstract void store(int region, long offset, int width, long value);

    /** Adds what only this kind of device answers. */
    abstract void addRequests(Requests requests);

    abstract long read(long buffer, long count, long offset);

    abstract long write(long buffer, long count, long offset);

    abstract long mmap(DeviceFile file, long address, long length, int fixed, long offset);

    /** Whether it sends messages in place of driving its line. */
    abstract boolean messages();

    abstract void message(int vector);

    abstract void line(int index, boolean asserted);

    abstract void signal(int index);

    /** Prepares the device for user space, which has it open from now on. */
    abstract void prepare();

    /** Makes the device quiet, which nobody has open any more. */
    abstract void quiet();

    /** Refuses to be opened for this virtual machine, or for none. */
    void openFor(@Nullable KvmVmFile vm) {}

    final Machine machine() {
        return machine;
    }

    final Group group() {
        return group;
    }

    final Optional<String> driver() {
        return Optional.ofNullable(driver);
    }

    /** Gives the device to a driver, as {@code vfioN} if it is one of VFIO's. */
    final void bind(String name, int number) {
        driver = name;
        vfioNumber = number;
    }

    /** Takes the device from its driver. */
    final void unbind() {
        driver = null;
    }

    /** The number N of {@code vfioN}. */
    final int vfioNumber() {
        return vfioNumber;
    }

    /** The name that VFIO has for it: {@code "vfio0"}. */
    final String vfioName() {
        return (group.hasIommu() ? "vfio" : "noiommu-vfio") + vfioNumber;
    }

    final String cdevPath() {
        return "/dev/vfio/devices/" + vfioName();
    }

    final DeviceFeatures features() {
        return features;
    }

    /**
     * Whether a text that a group is asked for a device with means this one; refuses if it does and
     * what follows the name is wrong.
     */
    boolean isMeantBy(String text) {
        return text.equals(name);
    }

    /** Refuses to be opened with a wrong VF token, or without the right one. */
    void admit(@Nullable UUID given) {
        Refused.when(given != null, Errno.EINVAL);
    }

    /** The page tables that the device is behind; without any, it reaches nothing. */
    final @Nullable IommuDomain domain() {
        if (!group.hasIommu()) {
            return null;
        }
        GroupFile opened = group.opened();
        ContainerFile container = opened == null ? null : opened.container();
        if (container != null) {
            return container.domain();
        }
        return tables == null ? accessed : tables.ioas();
    }

    /** Notes that the device wrote to memory, for those who track that. */
    final void written(long iova, long length) {
        if (tables != null) {
            tables.written(iova, length);
        }
        if (dmaLog != null) {
            dmaLog.written(iova, length);
        }
    }

    /** Lets the device log its writes by itself. */
    final void logDma() {
        dmaLog = new DmaLog(machine.pageSize());
        dmaLog.addTo(features);
    }

    /** Lets the driver of an emulated device look memory up in an IOAS, or in none. */
    final void accessed(@Nullable Ioas attached) {
        accessed = attached;
    }

    /** Puts the device behind page tables of an iommufd, or behind none. */
    final void tables(@Nullable PageTables attached) {
        tables = attached;
    }

    final boolean isOpen() {
        return openCount > 0;
    }

    /** Opens the device once more. */
    final void opened() {
        if (openCount++ == 0) {
            prepare();
        }
    }

    /** Closes the device once. */
    final void closed() {
        if (--openCount == 0) {
            quiet();
            if (dmaLog != null) {
                dmaLog.stop();
            }
            machine.changed();
        }
    }

    /** What the device was bound to an iommufd with, through its own file. */
    final @Nullable IommufdBinding binding() {
        return binding;
    }

    final void binding(@Nullable IommufdBinding current) {
        binding = current;
    }

    @Override
    public final String toString() {
        return name;
    }
}
