package io.keelson.image.packages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

class ResolverTest {
    private final Universe universe = new Universe("amd64");

    @Test
    void dependenciesOfDependenciesAreChosen() throws IOException {
        add("a 1", "Depends", "b");
        add("b 1", "Pre-Depends", "c (>= 2)");
        add("c 2");

        assertThat(choose("a")).containsExactly("a 1", "b 1", "c 2");
    }

    @Test
    void theNewestVersionOfAllSuitesWins() throws IOException {
        add("a 1");
        add("a 1+deb13u1");
        add("a 1~rc1");

        assertThat(choose("a")).containsExactly("a 1+deb13u1");
    }

    @Test
    void theLeftmostAlternativeThatExistsIsTaken() throws IOException {
        add("a 1", "Depends", "gone | b | c");
        add("b 1");
        add("c 1");

        assertThat(choose("a")).containsExactly("a 1", "b 1");
    }

    @Test
    void anAlternativeThatIsAlreadyChosenIsPreferred() throws IOException {
        add("a 1", "Depends", "b | c");
        add("b 1");
        add("c 1");

        assertThat(choose("a", "c")).containsExactly("a 1", "c 1");
    }

    @Test
    void aVersionedProvidesSatisfiesAVersionedDependency() throws IOException {
        add("a 1", "Depends", "virtual (>= 2)");
        add("old 1", "Provides", "virtual");
        add("new 1", "Provides", "virtual (= 3)");

        assertThat(choose("a")).containsExactly("a 1", "new 1");
    }

    @Test
    void theMoreImportantProviderIsTaken() throws IOException {
        add("a 1", "Depends", "awk");
        add("gawk 1", "Provides", "awk", "Priority", "optional");
        add("mawk 1", "Provides", "awk", "Priority", "required");

        assertThat(choose("a")).containsExactly("a 1", "mawk 1");
    }

    @Test
    void anArchitectureQualifierIsAccepted() throws IOException {
        add("a 1", "Depends", "b:any (>= 1), c:amd64");
        add("b 1", "Multi-Arch", "allowed");
        add("c 1");

        assertThat(choose("a")).containsExactly("a 1", "b 1", "c 1");
    }

    @Test
    void aPackageOfAnotherArchitectureOrThatDoesNotAllowAnyIsNotTaken() throws IOException {
        add("a 1", "Depends", "b:any");
        add("b 1");
        add("x 1", "Depends", "y:i386");
        add("y 1");

        assertThatThrownBy(() -> choose("a")).hasMessage("a 1 needs b:any, but b 1 is not for any");
        assertThatThrownBy(() -> choose("x"))
                .hasMessage("x 1 needs y:i386, but y 1 is not for i386");
    }

    @Test
    void anAlternativeThatWouldConflictIsLeftForTheNext() throws IOException {
        add("a 1", "Depends", "b | c, d");
        add("b 1");
        add("c 1");
        add("d 1", "Conflicts", "b");

        assertThat(choose("a")).containsExactly("a 1", "c 1", "d 1");
    }

    @Test
    void aChoiceThatFailsFurtherDownIsTakenBack() throws IOException {
        add("a 1", "Depends", "b | c, x");
        add("b 1", "Depends", "b1 | b2");
        add("b1 1", "Depends", "b3");
        add("b2 1", "Breaks", "x");
        add("b3 1", "Depends", "gone");
        add("c 1");
        add("x 1");

        assertThat(choose("a")).containsExactly("a 1", "c 1", "x 1");
    }

    @Test
    void essentialPackagesComeWhenTheRecipeSaysSo() throws IOException {
        add("a 1");
        add("sh 1", "Essential", "yes", "Depends", "libc");
        add("dpkg 1", "Essential", "yes");
        add("libc 1");

        assertThat(names(new Resolver(universe, Set.of("dpkg")).choose(List.of("a"), true)))
                .containsExactly("a 1", "libc 1", "sh 1");
    }

    @Test
    void anExcludedPackageCountsAsPresent() throws IOException {
        add("a 1", "Depends", "debconf (>= 0.5) | debconf-2.0, b");
        add("b 1");
        add("debconf 1", "Depends", "gone");

        assertThat(names(new Resolver(universe, Set.of("debconf")).choose(List.of("a"), false)))
                .containsExactly("a 1", "b 1");
    }

    @Test
    void packagesMayDependOnEachOther() throws IOException {
        add("a 1", "Depends", "b");
        add("b 1", "Depends", "a");

        assertThat(choose("a")).containsExactly("a 1", "b 1");
    }

    @Test
    void aMissingDependencyIsExplainedByItsChain() throws IOException {
        add("a 1", "Depends", "b");
        add("b 2", "Depends", "c (>= 3)");
        add("c 1");

        assertThatThrownBy(() -> choose("a"))
                .hasMessage("a 1 needs b, which needs c (>= 3), but the newest c is 1");
    }

    @Test
    void aConflictNamesBothSides() throws IOException {
        add("a 1", "Depends", "b, c");
        add("b 1");
        add("c 2", "Breaks", "b (<< 2)");

        assertThatThrownBy(() -> choose("a"))
                .hasMessage(
                        "a 1 needs c, which conflicts with b (<< 2): b 1,"
                                + " needed by a, wanted by the recipe");
    }

    @Test
    void aConflictFarFromTheRecipeIsExplainedAsAChain() throws IOException {
        add("a 1", "Depends", "m");
        add("m 1", "Depends", "b (>= 2)");
        add("b 2", "Conflicts", "c");
        add("c 1");
        add("unrelated 1", "Depends", "c | m");

        assertThatThrownBy(() -> choose("a", "c", "unrelated"))
                .hasMessage(
                        "a 1 needs m, which needs b (>= 2), which conflicts with c 1,"
                                + " wanted by the recipe");
    }

    @Test
    void everyAlternativeThatFailsIsExplained() throws IOException {
        add("a 1", "Depends", "b | c");
        add("b 1", "Depends", "gone");
        add("c 1", "Breaks", "d");
        add("d 1");

        assertThatThrownBy(() -> choose("a", "d"))
                .hasMessageContaining(
                        "a 1 needs b | c, of which b needs gone, but no suite of the recipe has gone")
                .hasMessageContaining("; and ")
                .hasMessageContaining(
                        "a 1 needs b | c, of which c conflicts with d 1, wanted by the recipe");
    }

    @Test
    void aConflictWithAProviderNamesWhatItProvides() throws IOException {
        add("a 1", "Conflicts", "mta");
        add("b 1", "Provides", "mta");

        assertThatThrownBy(() -> choose("a", "b"))
                .hasMessage("a 1 conflicts with b 1 (which provides mta), wanted by the recipe");
    }

    /** Random universes; every answer is checked, and every refusal against all subsets. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void anAnswerIsRightAndARefusalTrue(long seed) throws IOException {
        for (int round = 0; round < 40; round++) {
            new RandomUniverse(new Random(seed * 1000 + round))
                    .check("seed " + seed + " round " + round);
        }
    }

    @Test
    void aPackageMayConflictWithWhatItProvidesItself() throws IOException {
        add("a 1", "Provides", "mta", "Conflicts", "mta");

        assertThat(choose("a")).containsExactly("a 1");
    }

    @Test
    void anUnknownPackageNamesItsProviders() throws IOException {
        add("mawk 1", "Provides", "awk");

        assertThatThrownBy(() -> choose("awk"))
                .hasMessage(
                        "no suite of the recipe has the package awk;"
                                + " it is a virtual package, ask for one of [mawk]");
    }

    private List<String> choose(String... names) throws IOException {
        return names(new Resolver(universe, Set.of()).choose(List.of(names), false));
    }

    private static List<String> names(List<BinaryPackage> chosen) {
        return chosen.stream().map(BinaryPackage::toString).sorted().toList();
    }

    private void add(String nameAndVersion, String... fields) throws IOException {
        int space = nameAndVersion.indexOf(' ');
        Map<String, String> stanza = new HashMap<>();
        stanza.put("Package", nameAndVersion.substring(0, space));
        stanza.put("Version", nameAndVersion.substring(space + 1));
        for (int i = 0; i < fields.length; i += 2) {
            stanza.put(fields[i], fields[i + 1]);
        }
        universe.add(BinaryPackage.of(stanza, "trixie"));
    }
}
