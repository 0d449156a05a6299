package io.keelson.image.packages;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** A dozen packages with random relations: small enough to try every subset. */
final class RandomUniverse {
    private static final int PACKAGES = 12;

    private final Universe universe = new Universe("amd64");
    private final List<BinaryPackage> all = new ArrayList<>();
    private final Random random;

    RandomUniverse(Random random) throws IOException {
        this.random = random;
        for (int i = 0; i < PACKAGES; i++) {
            Map<String, String> stanza = new HashMap<>();
            stanza.put("Package", "p" + i);
            stanza.put("Version", Integer.toString(1 + random.nextInt(3)));
            stanza.put("Depends", relations(random.nextInt(3), " | "));
            stanza.put("Conflicts", relations(random.nextInt(8) == 0 ? 1 : 0, ", "));
            stanza.put("Breaks", relations(random.nextInt(5) == 0 ? 1 : 0, ", "));
            stanza.put("Provides", random.nextInt(3) == 0 ? "v" + random.nextInt(3) : "");
            BinaryPackage one = BinaryPackage.of(stanza, "trixie");
            universe.add(one);
            all.add(one);
        }
    }

    void check(String what) throws IOException {
        List<String> wanted = List.of("p0", "p1");
        List<BinaryPackage> chosen;
        try {
            chosen = new Resolver(universe, Set.of()).choose(wanted, false);
        } catch (UnsatisfiedDependency e) {
            assertThat(e.getMessage()).as(what).isNotBlank();
            for (int subset = 0; subset < 1 << PACKAGES; subset++) {
                assertThat(isRight(subset(subset), wanted))
                        .as(what + ": " + e.getMessage())
                        .isFalse();
            }
            return;
        }
        assertThat(isRight(chosen, wanted)).as(what + ": " + chosen).isTrue();
    }

    private List<BinaryPackage> subset(int bits) {
        List<BinaryPackage> some = new ArrayList<>();
        for (int i = 0; i < PACKAGES; i++) {
            if ((bits >> i & 1) == 1) {
                some.add(all.get(i));
            }
        }
        return some;
    }

    private static boolean isRight(List<BinaryPackage> chosen, List<String> wanted) {
        boolean there =
                wanted.stream()
                        .allMatch(name -> chosen.stream().anyMatch(c -> c.name().equals(name)));
        return there
                && chosen.stream()
                        .allMatch(one ->
                                one.depends().stream().allMatch(any -> isMet(any, chosen))
                                        && one.conflicts().stream()
                                                .noneMatch(against ->
                                                        chosen.stream()
                                                                .anyMatch(other ->
                                                                        !other.equals(one)
                                                                                && other.satisfies(
                                                                                        against))));
    }

    private static boolean isMet(List<Relation> alternatives, List<BinaryPackage> chosen) {
        return alternatives.stream()
                .anyMatch(each -> chosen.stream().anyMatch(one -> one.satisfies(each)));
    }

    private String relations(int count, String separator) {
        List<String> some = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String name =
                    random.nextInt(5) == 0
                            ? "v" + random.nextInt(3)
                            : "p" + random.nextInt(PACKAGES);
            some.add(random.nextInt(4) == 0 && name.startsWith("p") ? name + " (>= 2)" : name);
        }
        return String.join(separator, some);
    }
}
