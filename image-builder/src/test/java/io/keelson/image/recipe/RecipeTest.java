package io.keelson.image.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.disk.boot.Architecture;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

class RecipeTest {
    private static final String MINIMAL =
            """
            name: small
            suites: [trixie]
            kernel: linux-image-cloud-amd64
            packages: [bash]
            """;

    @TempDir Path dir;

    @Test
    void aTypoIsAnErrorThatListsTheKnownKeys() throws IOException {
        Path recipe = write("demo.yaml", MINIMAL + "pakages: [bash]\n");

        assertThatThrownBy(() -> Recipe.read(recipe))
                .hasMessageStartingWith(
                        "recipe " + recipe + ": unknown key pakages; known: [extends, name,")
                .hasMessageContaining("packages");
    }

    @Test
    void aTypoBelowAKeyNamesTheWholeKey() throws IOException {
        Path recipe = write("demo.yaml", MINIMAL + "units: {enabled: [a.service]}\n");

        assertThatThrownBy(() -> Recipe.read(recipe))
                .hasMessageEndingWith("unknown key units.enabled; known: [enable, mask]");
    }

    @Test
    void aRecipeThatExtendsAnotherAddsListsAndReplacesValues() throws IOException {
        write("base.yaml", MINIMAL + "ids: {kvm: 994}\nunits: {enable: [a.service]}\ntries: 2\n");
        Path recipe =
                write(
                        "more.yaml",
                        """
                        extends: base.yaml
                        name: more
                        packages: [nano]
                        ids: {input: 997}
                        units: {enable: [b.service], mask: [c.service]}
                        """);

        Recipe read = Recipe.read(recipe);

        assertThat(read.identity().name()).isEqualTo("more");
        assertThat(read.selection().packages()).containsExactly("bash", "nano");
        assertThat(read.tree().ids()).isEqualTo(Map.of("kvm", 994, "input", 997));
        assertThat(read.tree().units().enable()).containsExactly("a.service", "b.service");
        assertThat(read.tree().units().mask()).containsExactly("c.service");
        assertThat(read.output().tries()).isEqualTo(2);
    }

    @Test
    void theSameRecipeIsForAnotherArchitectureWhenAsked() throws IOException {
        Path recipe =
                Files.writeString(
                        dir.resolve("r.yaml"),
                        "name: r\nsuites: [trixie]\nkernel: linux-image-cloud-{arch}\npackages: [bash]\n");

        assertThat(Recipe.read(recipe).selection().kernel()).isEqualTo("linux-image-cloud-amd64");
        Recipe arm = Recipe.read(recipe, Optional.of("arm64"));
        assertThat(arm.selection().kernel()).isEqualTo("linux-image-cloud-arm64");
        assertThat(arm.identity().architecture()).isEqualTo(Architecture.ARM64);
        assertThatThrownBy(() -> Recipe.read(recipe, Optional.of("riscv64")))
                .hasMessageEndingWith(
                        "architecture riscv64 is not supported; known: [amd64, arm64]");
    }

    @Test
    void aRecipeThatExtendsItselfEnds() throws IOException {
        Path recipe = write("demo.yaml", "extends: demo.yaml\n");

        assertThatThrownBy(() -> Recipe.read(recipe)).hasMessageContaining("extends goes deeper");
    }

    @Test
    void aFileTakesItsContentFromBesideTheRecipe() throws IOException {
        write("motd", "hello\n");
        Path recipe =
                write(
                        "demo.yaml",
                        MINIMAL + "files: [{path: /etc/motd, mode: \"0600\", source: motd}]\n");

        TreeChanges.AddedFile file = Recipe.read(recipe).tree().additions().files().getFirst();

        assertThat(file.mode()).isEqualTo(0600);
        try (var in = file.content().open()) {
            assertThat(in).hasContent("hello\n");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tries: 0 | tries is not 1 to 9: 0",
                "tries: many | tries is not a number: many",
                "packages: bash | packages is not a list: bash",
                "arch: m68k | architecture m68k is not supported; known: [amd64, arm64]",
                "files: [{path: etc/x, content: a}] | files.path is not an absolute path: etc/x",
                "files: [{path: /etc/../x, content: a}] | files.path is not an absolute path: /etc/../x",
                "files: [{path: /x}] | file /x needs either content or source",
                "files: [{path: /x, mode: 644, content: a}] | files.mode is not an octal mode in quotes such as \"0755\": 644",
                "trees: [{path: /usr, source: gone}] | /usr has no source",
                "compression: lzma | compression lzma is not known; known: [none, lz4, zstd]",
                "sectorSize: 520 | sectorSize is not 512 or 4096 but 520",
                "ids: {kvm: high} | ids.kvm is not a number",
                "payloadLevel: 23 | payload level is not 1 to 22: 23",
            })
    void aValueThatDoesNotFitIsNamed(String line, String message) throws IOException {
        Path recipe =
                write(
                        "demo.yaml",
                        line.startsWith("packages")
                                ? MINIMAL.replace("packages: [bash]", line)
                                : MINIMAL + line + "\n");

        assertThatThrownBy(() -> Recipe.read(recipe))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining(message);
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(dir.resolve(name), text);
    }
}
