// SPDX-License-Identifier: Apache-2.0
package org.jvfio.linux;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An IOMMU group as sysfs shows it: the devices that the IOMMU cannot tell apart, and whether user
 * space may have them.
 *
 * <p>Source: {@code /sys/kernel/iommu_groups}. A group is <i>viable</i> while no member is bound to
 * a driver that does DMA of its own.
 */
public final class IommuGroup {
    private static final String ROOT = "/sys/kernel/iommu_groups/";

    private final FileTree files;
    private final int number;

    /** The group with this number, as {@code files} show it. */
    public IommuGroup(FileTree files, int number) {
        this.files = files;
        this.number = number;
    }

    /**
     * The group's file for the legacy interface: {@code "/dev/vfio/12"}, or {@code
     * "/dev/vfio/noiommu-12"} of a physical device that no IOMMU stands behind.
     */
    public String path() {
        return givenAwayUnsafely() ? unsafePath() : "/dev/vfio/" + number;
    }

    private String unsafePath() {
        return "/dev/vfio/noiommu-" + number;
    }

    /** Whether the kernel gives the group's device away though no IOMMU stands behind it. */
    public boolean givenAwayUnsafely() {
        return files.exists(unsafePath());
    }

    /**
     * Whether an IOMMU stands behind the group. Without one the kernel makes groups only in its
     * unsafe mode ({@code vfio.enable_unsafe_noiommu_mode}), with files of other names.
     */
    public boolean hasIommu() throws KernelException {
        String name = ROOT + number + "/name";
        return !files.exists(name) || !files.read(name).equals("vfio-noiommu");
    }

    /**
     * A member of the group.
     *
     * @param name the device's name on its bus
     * @param driver the driver that it is bound to
     */
    public record Member(String name, Optional<String> driver) {
        /** Whether the member's driver keeps user space from having the group. */
        public boolean blocks() {
            return driver.map(d -> !IommuGroup.isHarmless(d)).orElse(false);
        }
    }

    /** The group's members and their drivers, sorted by name. */
    public List<Member> members() throws KernelException {
        String folder = ROOT + number + "/devices";
        List<Member> members = new ArrayList<>();
        for (String name : files.list(folder)) {
            members.add(new Member(name, driver(folder + "/" + name)));
        }
        return members;
    }

    /** The driver of a device's folder in sysfs. */
    private Optional<String> driver(String device) throws KernelException {
        String link = device + "/driver";
        if (!files.exists(link)) {
            return Optional.empty();
        }
        String driver = files.resolve(link);
        return Optional.of(driver.substring(driver.lastIndexOf('/') + 1));
    }

    /**
     * What keeps a device's group from being viable, but for the device itself, and what to do:
     * {@code "its IOMMU group 12 is not viable: 0000:02:00.1 is bound to snd_hda_intel; bind each
     * to vfio-pci or unbind it"}. Empty if nothing does.
     */
    public Optional<String> obstacleFor(String device) throws KernelException {
        List<String> blocking =
                members().stream()
                        .filter(member -> member.blocks() && !member.name().equals(device))
                        .map(member -> member.name() + " is bound to " + member.driver().get())
                        .toList();
        return blocking.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "its IOMMU group %d is not viable: %s; bind each to vfio-pci or unbind it"
                                .formatted(number, String.join(", ", blocking)));
    }

    /** VFIO's own drivers do no DMA of the kernel's, nor do the stub and port drivers for PCI. */
    static boolean isHarmless(String driver) {
        return driver.contains("vfio")
                || driver.equals("pci-stub")
                || driver.equals("pcieport")
                || driver.equals("shpchp");
    }
}
