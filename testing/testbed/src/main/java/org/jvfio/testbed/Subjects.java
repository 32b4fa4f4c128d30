// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import static org.jvfio.linux.Abi.AARCH64;
import static org.jvfio.linux.Abi.PPC64LE;
import static org.jvfio.linux.Abi.S390X;
import static org.jvfio.linux.Abi.X86_64;

import java.util.List;
import java.util.stream.Stream;
import org.jvfio.linux.Abi;

/**
 * All that is tested in guests, and what of it is left to the simulated kernel or another guest.
 *
 * <p>A new class of tests for guests is added here, with the architectures that it is for.
 */
final class Subjects {
    private static final String NO_EDU =
            "QEMU has no edu for s390x, and no other device does DMA where it is told";
    private static final String NO_TYPE1 = "the IOMMU of the machine is sPAPR's, not type 1";
    private static final String NO_CDEV =
            "VFIO_DEVICE_CDEV cannot be had with SPAPR_TCE_IOMMU: iommufd gets no devices";
    private static final String SAME_CODE =
            "nothing of it differs between architectures; x86_64's guest runs it";
    private static final String OTHER_IOMMU =
            "a test that is not among those above is about VT-d or x86_64's bus";
    private static final String X86_TABLE = "the table of the cases is for the devices of x86_64";

    private static final List<Subject> ALL =
            List.of(
                    Subject.of("legacy contract suites", LegacyContractRun.class)
                            .on(X86_64, AARCH64)
                            .simulatedOn(S390X, NO_EDU)
                            .simulatedOn(PPC64LE, NO_TYPE1),
                    Subject.of("iommufd contract suites", IommufdContractRun.class)
                            .on(X86_64, AARCH64)
                            .simulatedOn(S390X, NO_EDU)
                            .simulatedOn(PPC64LE, NO_CDEV),
                    Subject.of("spapr", SpaprRun.class).on(PPC64LE),
                    Subject.of("spapr contract suites", SpaprContractRun.class).on(PPC64LE),
                    everywhere("acceptance cases", AcceptanceRun.class, X86_TABLE),
                    everywhere("missing nodes", MissingNodesRun.class, SAME_CODE),
                    everywhere("no IOMMU", NoIommuRun.class, SAME_CODE),
                    everywhere("shared group", SharedGroupRun.class, SAME_CODE),
                    everywhere("other process", OtherProcessRun.class, SAME_CODE),
                    everywhere("migration between hosts", MigrationRun.class, SAME_CODE),
                    everywhere("fault injection", FaultInjectionRun.class, SAME_CODE),
                    everywhere("dirty pages", MockDomainDirtyRun.class, SAME_CODE),
                    everywhere("users without privileges", UnprivilegedRun.class, SAME_CODE),
                    everywhere("broker", BrokerRun.class, SAME_CODE),
                    Subject.of("platform devices", PlatformRun.class).on(AARCH64),
                    Subject.of("PCI devices of s390x", ZpciRun.class).on(S390X),
                    Subject.seam("the seam")
                            .on(X86_64)
                            .simulatedOn(AARCH64, OTHER_IOMMU)
                            .simulatedOn(S390X, OTHER_IOMMU + ", or needs edu")
                            .simulatedOn(PPC64LE, OTHER_IOMMU + ", or needs edu"),
                    // Not DeviceTest: Linux dies on aarch64 when edu is read in a width that it has
                    // not.
                    Subject.seam(
                                    "the seam, but for VT-d",
                                    "DescriptorTest",
                                    "DirtyPagesTest",
                                    "DmaBufTest",
                                    "DmaTest",
                                    "DriverBindingTest",
                                    "InterruptTest",
                                    "IoasCopyTest",
                                    "IommufdBasicsTest",
                                    "MappedBarTest",
                                    "MdevTest",
                                    "MigrationTest",
                                    "NvmeTest",
                                    "Type1Test",
                                    "UpdateVaddrTest",
                                    "VfioCompatDomainTest",
                                    "VfioCompatTest")
                            .on(AARCH64),
                    Subject.seam(
                                    "the seam, but for VT-d and edu",
                                    "DescriptorTest",
                                    "IommufdBasicsTest",
                                    "MdevTest",
                                    "NvmeTest",
                                    "VfioCompatTest")
                            .on(S390X),
                    Subject.seam("the seam, files alone", "DescriptorTest").on(PPC64LE),
                    Subject.of("subchannels", CcwRun.class).on(S390X),
                    Subject.ofNoGuest("AP matrix devices")
                            .simulatedOn(S390X, "no emulated processor has AP instructions"),
                    Subject.ofNoGuest("interrupts of a device that was reset")
                            .simulatedOn(
                                    PPC64LE,
                                    "no MSI-X arrives after a reset on the emulated machine"),
                    Subject.ofNoGuest("EEH operations")
                            .simulatedOn(PPC64LE, "the emulated host bridge answers ENODEV"),
                    Subject.ofNoGuest("DMA of a platform device")
                            .simulatedOn(
                                    AARCH64,
                                    "QEMU sends it past the SMMU; mapping for it is real"));

    private Subjects() {}

    /** What x86_64's guest runs, and the others leave to it for one and the same reason. */
    private static Subject everywhere(String name, Class<?> run, String reason) {
        return Subject.of(name, run)
                .on(X86_64)
                .simulatedOn(AARCH64, reason)
                .simulatedOn(S390X, reason)
                .simulatedOn(PPC64LE, reason);
    }

    /** The classes of this module that a guest runs. */
    static List<? extends Class<?>> runs(Abi guest) {
        return real(guest).flatMap(subject -> subject.run().stream()).toList();
    }

    /** Patterns of the names of the testkit's tests that a guest runs. */
    static List<String> seamTests(Abi guest) {
        return real(guest).flatMap(subject -> subject.seam().stream()).toList();
    }

    private static Stream<Subject> real(Abi guest) {
        return ALL.stream().filter(subject -> subject.real().contains(guest));
    }

    /** What a guest does not show, each with the reason. */
    static List<String> simulatedOnly(Abi guest) {
        return ALL.stream()
                .filter(subject -> subject.simulated().containsKey(guest))
                .map(subject -> subject.name() + ": " + subject.simulated().get(guest))
                .toList();
    }

    /** Fewer tests in a whole run than these, and a jar is missing or a scan finds nothing. */
    static int fewest(Abi guest) {
        return switch (guest) {
            case X86_64 -> 1000;
            case AARCH64 -> 800;
            case S390X -> 60;
            case PPC64LE -> 150;
        };
    }
}
