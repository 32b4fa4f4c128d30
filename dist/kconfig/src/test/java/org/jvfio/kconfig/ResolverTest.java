// SPDX-License-Identifier: Apache-2.0
package org.jvfio.kconfig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jvfio.kconfig.Trees.settings;
import static org.jvfio.kconfig.Trees.tree;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ResolverTest {
    private static final String MACHINES =
            """
            config PCI
            	bool "PCI"
            config IOMMUFD
            	bool "iommufd"
            	depends on VFIO
            config VFIO
            	bool
            config VFIO_PCI
            	bool "PCI functions"
            	default y
            	depends on PCI
            	select VFIO
            config Q35
            	bool "PC"
            	select PCI
            	imply IOMMUFD
            config PSERIES
            	bool "POWER"
            	select VFIO_PCI
            """;

    @TempDir private Path folder;

    private Configuration resolve(String... lines) {
        return Resolver.of(tree(folder, MACHINES)).resolve(settings(lines));
    }

    @Test
    void machineBringsWhatItSelectsAndImplies() {
        assertThat(resolve("CONFIG_Q35=y").on())
                .containsExactly("PCI", "IOMMUFD", "VFIO", "VFIO_PCI", "Q35");
    }

    @Test
    void nothingChosenIsNothingOn() {
        assertThat(resolve().on()).isEmpty();
    }

    @Test
    void implyCanBeOverruled() {
        assertThat(resolve("CONFIG_Q35=y", "CONFIG_IOMMUFD=n").on())
                .containsExactly("PCI", "VFIO", "VFIO_PCI", "Q35");
    }

    @Test
    void implyOfWhatCannotBeIsPassedOver() {
        assertThat(resolve("CONFIG_Q35=y", "CONFIG_VFIO_PCI=n").on()).containsExactly("PCI", "Q35");
    }

    @Test
    void selectCannotBeOverruled() {
        assertThatThrownBy(() -> resolve("CONFIG_Q35=y", "# CONFIG_PCI is not set"))
                .isInstanceOf(KconfigException.class)
                .hasMessage("defconfig:2: PCI cannot be off: Q35 selects it (Kconfig:15)");
    }

    @Test
    void selectOfWhatDependsOnSomethingElseIsAnErrorWithBothPlaces() {
        assertThatThrownBy(() -> resolve("CONFIG_PSERIES=y"))
                .hasMessage(
                        "Kconfig:19: PSERIES selects VFIO_PCI, which depends on PCI (Kconfig:11),"
                                + " and that does not hold");
    }

    @Test
    void choiceOfWhatDependsOnSomethingElseIsAnErrorWithBothPlaces() {
        assertThatThrownBy(() -> resolve("", "CONFIG_VFIO_PCI=y"))
                .hasMessage("defconfig:2: VFIO_PCI cannot be on: it depends on PCI (Kconfig:11)");
    }

    @Test
    void choiceOfWhatHasNoPromptIsAnError() {
        assertThatThrownBy(() -> resolve("CONFIG_VFIO=y"))
                .hasMessage(
                        "defconfig:1: VFIO cannot be chosen: it has no prompt where it is defined"
                                + " (Kconfig:6)");
    }

    @Test
    void choiceOfWhatIsNotThereNamesWhatIs() {
        assertThatThrownBy(() -> resolve("CONFIG_VFIO_PCIE=y"))
                .hasMessage(
                        "defconfig:1: there is no symbol VFIO_PCIE; there is PCI, VFIO, VFIO_PCI");
    }

    @Test
    void valuesThatNeedEachOtherAreAnErrorWithTheWholeCircle() {
        Kconfig circle =
                tree(folder, "config A\n\tbool\n\tdefault B\nconfig B\n\tbool\n\tdefault A\n");
        assertThatThrownBy(() -> Resolver.of(circle).resolve(Settings.none()))
                .hasMessage(
                        "Kconfig:1: the value of A (Kconfig:1) needs B (Kconfig:4) needs A again");
    }

    @Test
    void withoutDefaultsNothingComesUnasked() {
        Resolver bare = Resolver.of(tree(folder, MACHINES)).withoutDefaults();
        assertThat(bare.resolve(settings("CONFIG_Q35=y")).on()).containsExactly("PCI", "Q35");
        assertThat(bare.resolve(settings("CONFIG_Q35=y", "CONFIG_VFIO_PCI=y")).on())
                .containsExactly("PCI", "VFIO", "VFIO_PCI", "Q35");
    }

    @Test
    void oldConfigurationIsTakenAsFarAsItGoes() {
        Resolver forgiving = Resolver.of(tree(folder, MACHINES)).forgiving();
        Configuration configuration =
                forgiving.resolve(
                        settings("CONFIG_Q35=y", "CONFIG_GONE=y", "# CONFIG_PCI is not set"));
        assertThat(configuration.isOn("PCI")).isTrue();
    }

    @Test
    void configurationReadBackIsTheSame() {
        Configuration written = resolve("CONFIG_Q35=y", "CONFIG_IOMMUFD=n");
        assertThat(resolve(written.lines().toArray(new String[0]))).isEqualTo(written);
    }

    @Test
    void changesAreTheSymbolsThatDiffer() {
        assertThat(resolve("CONFIG_PCI=y").changes(resolve()))
                .containsExactly("CONFIG_PCI=y", "CONFIG_VFIO=y", "CONFIG_VFIO_PCI=y");
        assertThat(resolve().changes(resolve("CONFIG_PCI=y", "CONFIG_VFIO_PCI=n")))
                .containsExactly("# CONFIG_PCI is not set");
    }
}
