// SPDX-License-Identifier: Apache-2.0
package org.jvfio.images;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** What is in an image, on every platform. */
final class ContentsTest {
    private static final Pattern OTHER_LIBRARIES =
            Pattern.compile("com/sun/jna/(linux|win32|darwin|freebsd|openbsd|sunos|aix)-\\w+");

    static Stream<Image> images() {
        return Image.all();
    }

    @ParameterizedTest
    @MethodSource("images")
    void hasNoDesktop(Image image) {
        assertThat(image.modules())
                .contains("java.base", "org.jvfio", "com.sun.jna")
                .doesNotContain("java.desktop", "java.xml");
    }

    @ParameterizedTest
    @MethodSource("images")
    void hasOneLibraryOfJnaAndItIsThePlatforms(Image image) throws Exception {
        try (Stream<Path> files = Files.walk(image.home())) {
            assertThat(files.filter(file -> file.toString().contains("jnidispatch")))
                    .containsExactly(image.file("lib/libjnidispatch.so"));
        }
        // Where an ELF file says its machine, and java itself has the same there.
        assertThat(machine(image.file("lib/libjnidispatch.so")))
                .isEqualTo(machine(image.file("bin/java")));
        // The module would have the others in folders by platform; jimage cannot read all byte
        // orders.
        String modules = Files.readString(image.file("lib/modules"), StandardCharsets.ISO_8859_1);
        assertThat(modules.contains("com/sun/jna/ptr")).isTrue();
        assertThat(OTHER_LIBRARIES.matcher(modules).results().map(MatchResult::group)).isEmpty();
    }

    private static List<Byte> machine(Path elf) throws Exception {
        byte[] bytes = Files.readAllBytes(elf);
        return List.of(bytes[4], bytes[5], bytes[18], bytes[19]);
    }

    @ParameterizedTest
    @MethodSource("images")
    void billOfMaterialsIsWhatIsInside(Image image) throws Exception {
        Set<String> expected = new TreeSet<>(Set.of("OpenJDK"));
        for (String module : image.modules()) {
            if (!module.startsWith("java.") && !module.startsWith("jdk.")) {
                expected.add(artifact(module));
            }
        }
        assertThat(components(image.file("jvfio.cdx.xml"))).isEqualTo(expected);
    }

    private static String artifact(String module) {
        return switch (module) {
            case "com.sun.jna" -> "jna-jpms";
            case "info.picocli" -> "picocli";
            case "org.jvfio" -> "jvfio-api";
            default -> module.replaceFirst("^org[.]", "").replace('.', '-');
        };
    }

    private static Set<String> components(Path bill) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        Element bom = factory.newDocumentBuilder().parse(bill.toFile()).getDocumentElement();
        assertThat(bom.getNamespaceURI()).startsWith("http://cyclonedx.org/schema/bom/");
        Element components = child(bom, "components").get(0);
        List<Element> all = child(components, "component");
        assertThat(all)
                .allSatisfy(
                        each -> {
                            assertThat(child(each, "version")).hasSize(1);
                            assertThat(child(each, "licenses")).hasSize(1);
                            assertThat(child(each, "purl")).hasSize(1);
                        });
        return all.stream()
                .map(each -> child(each, "name").get(0).getTextContent())
                .collect(toCollection(TreeSet::new));
    }

    private static List<Element> child(Element parent, String name) {
        List<Element> found = new ArrayList<>();
        NodeList nodes = parent.getChildNodes();
        for (int i = 0; i < nodes.getLength(); i++) {
            if (nodes.item(i) instanceof Element each && each.getLocalName().equals(name)) {
                found.add(each);
            }
        }
        return found;
    }

    @ParameterizedTest
    @MethodSource("images")
    void licencesAreThereAndOthersAreNamed(Image image) {
        assertThat(
                        Stream.of(
                                "LICENSE",
                                "legal/java.base/LICENSE",
                                "legal/com.sun.jna/LICENSE",
                                "legal/com.sun.jna/AL2.0",
                                "legal/com.sun.jna/LGPL2.1",
                                "legal/info.picocli/LICENSE"))
                .allSatisfy(name -> assertThat(image.file(name)).isNotEmptyFile());
        assertThat(image.file("THIRD-PARTY"))
                .content()
                .contains("\nOpenJDK ", "\njna-jpms 5", "\npicocli 4", "Apache-2.0", "LGPL-2.1")
                .doesNotContain("jvfio-");
    }

    @ParameterizedTest
    @MethodSource("images")
    void configurationIsThePlatforms(Image image) {
        assertThat(image.file("conf/jvfio.config")).content().contains("CONFIG_CLI=y\n");
        assertThat(image.file("conf/jvfio.modules")).content().contains("org.jvfio.cli=CONFIG_CLI");
    }
}
