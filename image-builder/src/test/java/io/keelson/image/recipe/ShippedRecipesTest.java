package io.keelson.image.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.stream.Stream;

class ShippedRecipesTest {
    private static final Path RECIPES = Path.of("recipes");
    private static final int WAIVERS_MAX = 5;

    @ParameterizedTest
    @ValueSource(strings = {"base", "cloud", "demo", "demo-unhealthy", "metal"})
    void theRecipeIsReadAndNamedLikeItsFile(String name) throws IOException {
        Recipe recipe = Recipe.read(RECIPES.resolve(name + ".yaml"));

        assertThat(recipe.identity().name()).isEqualTo(name);
        assertThat(recipe.selection().packages()).contains("systemd", "systemd-boot-efi");
        assertThat(recipe.tree().units().enable()).contains("keelsond.service");
    }

    @Test
    void allTogetherWaiveFewScripts() throws IOException {
        TreeMap<String, String> waivers = new TreeMap<>();
        try (Stream<Path> files = Files.list(RECIPES)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList()) {
                waivers.putAll(Recipe.read(file).selection().scriptWaivers());
            }
        }

        assertThat(waivers).hasSizeLessThanOrEqualTo(WAIVERS_MAX);
    }
}
