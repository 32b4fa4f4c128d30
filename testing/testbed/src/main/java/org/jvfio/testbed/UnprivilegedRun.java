// SPDX-License-Identifier: Apache-2.0
package org.jvfio.testbed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a user without privileges is told: which node to open to him, and which limit to raise. */
@DisplayName("unprivileged")
final class UnprivilegedRun extends GuestCase {
    static final String USER = "plain";
    private static final String PASSWD = "plain:x:1000:1000::/tmp:/bin/sh\n";
    private static final String IOMMU = "/dev/iommu";
    private static final long MIB = 1 << 20;
    private static final long LIMIT_KIB = 64;
    private static final long ROOMY_KIB = 8192;

    @BeforeAll
    static void addUser() throws IOException {
        Path passwd = Path.of("/etc/passwd");
        if (!Files.readString(passwd).contains(PASSWD)) {
            Files.writeString(passwd, PASSWD, StandardOpenOption.APPEND);
        }
    }

    @AfterEach
    void closeNodes() throws IOException {
        allow("rw-------", groupNode(GuestBench.EDU), cdev(), IOMMU);
    }

    @Test
    void nodesThatMayNotBeOpenedAreNamed() throws IOException {
        assertNames(
                lineOf("any", ROOMY_KIB, MIB),
                GuestBench.EDU.name(),
                groupNode(GuestBench.EDU),
                cdev(),
                "permission",
                "udev");
    }

    @Test
    void groupThatMayNotBeOpenedIsNamed() throws IOException {
        allow("rw-rw-rw-", cdev());

        assertNames(
                lineOf(GuestBench.LEGACY, ROOMY_KIB, MIB),
                GuestBench.EDU.name(),
                groupNode(GuestBench.EDU),
                "no permission",
                "udev");
    }

    @Test
    void characterDeviceThatMayNotBeOpenedIsNamed() throws IOException {
        allow("rw-rw-rw-", groupNode(GuestBench.EDU), IOMMU);

        assertNames(lineOf(GuestBench.IOMMUFD, ROOMY_KIB, MIB), cdev(), "no permission", "udev");
    }

    @Test
    void whereIommufdMayNotBeOpenedLegacyIsTakenAndTheReasonNamed() throws IOException {
        allow("rw-rw-rw-", groupNode(GuestBench.EDU), cdev());

        assertNames(
                lineOf("any", ROOMY_KIB, MIB),
                Attacher.ATTACHED + "legacy",
                "not iommufd: " + IOMMU,
                "no permission");
    }

    @ParameterizedTest
    @ValueSource(strings = {GuestBench.LEGACY, GuestBench.IOMMUFD})
    void userWithPermissionsNeedsNoPrivileges(String backend) throws IOException {
        allow("rw-rw-rw-", groupNode(GuestBench.EDU), cdev(), IOMMU);

        assertNames(lineOf(backend, ROOMY_KIB, MIB), Attacher.ATTACHED + backend);
    }

    @ParameterizedTest
    @ValueSource(strings = {GuestBench.LEGACY, GuestBench.IOMMUFD})
    void limitOnLockedMemoryIsNamedWithTheSumThatIsNeeded(String backend) throws IOException {
        allow("rw-rw-rw-", groupNode(GuestBench.EDU), cdev(), IOMMU);

        assertNames(
                lineOf(backend, LIMIT_KIB, MIB),
                "ENOMEM",
                "1048576 bytes more",
                "RLIMIT_MEMLOCK is 65536",
                "raise it to 1048576");
    }

    private static String lineOf(String backend, long lockedKib, long bytes) throws IOException {
        try (ChildProcess child =
                ChildProcess.startAs(USER, lockedKib, GuestBench.EDU, backend, bytes)) {
            return child.line();
        }
    }

    private static String cdev() {
        return node(GuestBench.EDU).cdev().orElseThrow();
    }

    private static void allow(String permissions, String... nodes) throws IOException {
        for (String node : nodes) {
            Files.setPosixFilePermissions(
                    Path.of(node), PosixFilePermissions.fromString(permissions));
        }
    }
}
