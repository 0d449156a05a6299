package io.keelson.image.packages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

class ResolverTest {
    private final Universe universe = new Universe();

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
        add("b 1");
        add("c 1");

        assertThat(choose("a")).containsExactly("a 1", "b 1", "c 1");
    }

    @Test
    void anExcludedPackageCountsAsPresent() throws IOException {
        add("a 1", "Depends", "debconf (>= 0.5) | debconf-2.0, b");
        add("b 1");
        add("debconf 1", "Depends", "gone");

        assertThat(names(new Resolver(universe, Set.of("debconf")).choose(List.of("a"))))
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
                .hasMessage("b 2 needs c (>= 3), but the newest is 1" + " (b is needed by a)");
    }

    @Test
    void aConflictNamesBothSides() throws IOException {
        add("a 1", "Depends", "b, c");
        add("b 1");
        add("c 2", "Breaks", "b (<< 2)");

        assertThatThrownBy(() -> choose("a"))
                .hasMessage(
                        "c 2 cannot be beside b 1: it conflicts with b (<< 2)"
                                + " (c is needed by a; b is needed by a)");
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
        return names(new Resolver(universe, Set.of()).choose(List.of(names)));
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
