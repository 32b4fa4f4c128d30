// SPDX-License-Identifier: Apache-2.0
package org.jvfio.trimming;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Tests of {@code testing/testbed} on the simulated kernel, and the providers that they are about.
 *
 * @param test the name of the class
 * @param needs modules, without {@code org.jvfio}
 */
record Suite(String test, Set<String> needs) {
    private static final String PACKAGE = "org.jvfio.testbed.";

    private static final List<Suite> ALL =
            List.of(
                    of("LegacyContractTest", "backend.legacy", "device.pci"),
                    of("IommufdContractTest", "backend.iommufd", "device.pci"),
                    of("SpaprContractTest", "backend.spapr", "device.pci"),
                    of("PlatformTest$Legacy", "backend.legacy", "device.platform"),
                    of("PlatformTest$Iommufd", "backend.iommufd", "device.platform"),
                    of("CcwContractTest$Legacy", "backend.legacy", "device.ccw"),
                    of("CcwContractTest$Iommufd", "backend.iommufd", "device.ccw"),
                    of("ApMachineTest$Legacy", "backend.legacy", "device.ap"),
                    of("ApMachineTest$Iommufd", "backend.iommufd", "device.ap"));

    /** What in the other suites is about a module as well: nested classes and methods. */
    private static final Map<String, List<String>> ALSO_ABOUT =
            Map.of(
                    "backend.legacy",
                    List.of(
                            "deviceAndARealOneAreBehindDifferentBackends",
                            "deviceOfAnotherSessionsOtherBackendIsBusy",
                            "functionsOfTwoBackendsAreNotResetTogether",
                            "legacyTakesNoDescriptor"),
                    "backend.iommufd",
                    List.of(
                            "IommufdObject",
                            "PassedDescriptor",
                            "PassedDevice",
                            "characterDeviceThatSomebodyElseOpenedIsTaken",
                            "descriptorOfSomethingElseIsNoIommufd",
                            "descriptorsPassedAndHotReset",
                            "deviceAndARealOneAreBehindDifferentBackends",
                            "deviceComesFromABroker",
                            "deviceIsAttachedByDescriptorsOfABroker",
                            "eachRequestOpensTheFileAnew",
                            "functionsOfTwoBackendsAreNotResetTogether",
                            "functionsOfTwoIommufdObjectsAreNotResetTogether"),
                    "device.pci",
                    List.of(
                            "matrixIsBehindTheSameMemoryAsARealDevice",
                            "matrixIsNoDeviceOfAnotherBus",
                            "memoryIsSharedWithAPciDevice"),
                    "device.ccw",
                    List.of("deviceThatIsNotAllowedIsRefusedAndTheOthersNamed"));

    private static Suite of(String test, String... needs) {
        return new Suite(PACKAGE + test, Set.of(needs));
    }

    /** The suites that can be run without that module. */
    static List<Suite> without(String module) {
        return ALL.stream().filter(suite -> !suite.needs.contains(shortName(module))).toList();
    }

    /** Nested classes and methods of {@link #without} that are about the module all the same. */
    static List<String> alsoAbout(String module) {
        return ALSO_ABOUT.getOrDefault(shortName(module), List.of());
    }

    private static String shortName(String module) {
        return module.replaceFirst("^org\\.jvfio\\.", "");
    }
}
