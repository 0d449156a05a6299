package io.keelson.image.packages;

import io.keelson.host.Command;
import io.keelson.image.archive.ArchiveKeys;
import io.keelson.image.archive.Downloads;
import io.keelson.image.archive.Mirrors;
import io.keelson.image.archive.Origin;
import io.keelson.image.archive.PackageIndex;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * {@code bench/apt.sh}: asks our resolver and apt's for the same sets of packages, from the same
 * suites of the real archive, and prints what each chose. Arguments: work directory, seed.
 */
final class AptComparison {
    private static final List<String> SUITES =
            List.of("trixie", "trixie-updates", "trixie-security");
    private static final int ORDINARY = 20;
    private static final int ALTERNATIVES = 12;
    private static final int CONFLICTS = 8;
    private static final Duration DEADLINE = Duration.ofMinutes(3);
    private static final Pattern CHOSEN = Pattern.compile("(?m)^Inst (\\S+) \\((\\S+) ");

    private final Universe universe;
    private final List<BinaryPackage> all = new ArrayList<>();
    private final Path work;
    private final Random random;
    private int differences;

    private AptComparison(Universe universe, Path work, long seed) {
        this.universe = universe;
        this.work = work;
        this.random = new Random(seed);
    }

    public static void main(String[] args) throws Exception {
        Path work = Path.of(args[0]).toAbsolutePath();
        Mirrors mirrors = Mirrors.fromAptSources(Path.of("/etc/apt"));
        List<Path> keyrings = ArchiveKeys.debian(Path.of("/usr/share/keyrings"));
        List<Origin> origins =
                SUITES.stream()
                        .map(suite -> Origin.debian(suite, mirrors, List.of("main"), keyrings))
                        .toList();
        PackageIndex index =
                new PackageIndex(
                        origins,
                        new Downloads(work.resolve("cache"), false),
                        InstantSource.system());
        Universe universe = new Universe("amd64");
        AptComparison comparison = new AptComparison(universe, work, Long.parseLong(args[1]));
        for (String suite : SUITES) {
            index.read(
                    suite,
                    "amd64",
                    stanza -> {
                        BinaryPackage one = BinaryPackage.of(stanza, suite);
                        universe.add(one);
                        comparison.all.add(one);
                    });
        }
        comparison.prepareApt(mirrors);
        comparison.run();
    }

    private void prepareApt(Mirrors mirrors) throws Exception {
        for (String dir : List.of("lists/partial", "archives/partial", "etc", "none")) {
            Files.createDirectories(work.resolve("apt").resolve(dir));
        }
        StringBuilder sources = new StringBuilder();
        for (String suite : SUITES) {
            sources.append("deb ").append(mirrors.base(suite)).append(' ').append(suite);
            sources.append(" main\n");
        }
        Files.writeString(work.resolve("apt/etc/sources.list"), sources);
        Files.writeString(work.resolve("apt/status"), "");
        apt(List.of("update")).orThrow("apt-get update with lists of its own");
    }

    private Command.Result apt(List<String> what) throws Exception {
        Path apt = work.resolve("apt");
        List<String> argv =
                new ArrayList<>(List.of("env", "LC_ALL=C", "apt-get", "-q", "-y", "-s"));
        if (what.contains("update")) {
            argv.remove("-s");
        }
        for (String option :
                List.of(
                        "Dir::Etc::sourcelist=" + apt.resolve("etc/sources.list"),
                        "Dir::Etc::sourceparts=" + apt.resolve("none"),
                        "Dir::Etc::preferencesparts=" + apt.resolve("none"),
                        "Dir::State::Lists=" + apt.resolve("lists"),
                        "Dir::State::status=" + apt.resolve("status"),
                        "Dir::State::extended_states=" + apt.resolve("extended"),
                        "Dir::Cache=" + apt,
                        "Debug::NoLocking=1",
                        "APT::Architecture=amd64",
                        "APT::Architectures=amd64",
                        "APT::Install-Recommends=0")) {
            argv.add("-o");
            argv.add(option);
        }
        argv.addAll(what);
        return Command.run(argv, DEADLINE);
    }

    private void run() throws Exception {
        int number = 0;
        for (Set<String> asked : draw()) {
            number++;
            Set<String> apt = new TreeSet<>();
            List<String> argv = new ArrayList<>(List.of("--no-install-recommends", "install"));
            argv.addAll(asked);
            Matcher chosen = CHOSEN.matcher(apt(argv).stdout());
            while (chosen.find()) {
                apt.add(chosen.group(1).replaceFirst(":.*", "") + " " + chosen.group(2));
            }
            Set<String> ours = new TreeSet<>();
            String refusal = "";
            try {
                new Resolver(universe, Set.of())
                        .choose(List.copyOf(asked), false)
                        .forEach(one -> ours.add(one.toString()));
            } catch (UnsatisfiedDependency e) {
                refusal = String.valueOf(e.getMessage());
            }
            report(number, asked, ours, apt, refusal);
        }
        System.out.printf("%d sets, %d differ%n", number, differences);
    }

    private void report(
            int number, Set<String> asked, Set<String> ours, Set<String> apt, String refusal) {
        Set<String> oursOnly = new TreeSet<>(ours);
        oursOnly.removeAll(apt);
        Set<String> aptOnly = new TreeSet<>(apt);
        aptOnly.removeAll(ours);
        boolean same = oursOnly.isEmpty() && aptOnly.isEmpty();
        differences += same ? 0 : 1;
        System.out.printf(
                "%2d %s %s: %s%n",
                number,
                same ? "same" : "DIFF",
                String.join(" ", asked),
                ours.isEmpty() ? "refused: " + refusal : ours.size() + " packages");
        if (!same) {
            System.out.println("     ours only: " + oursOnly);
            System.out.println("     apt only:  " + aptOnly);
        }
    }

    /** Ordinary sets, sets in which something has to be chosen, and sets that may not be. */
    private List<Set<String>> draw() {
        List<BinaryPackage> newest =
                all.stream()
                        .filter(one -> universe.named(one.name()).getFirst().equals(one))
                        .toList();
        List<Set<String>> sets = new ArrayList<>();
        for (int i = 0; i < ORDINARY; i++) {
            sets.add(some(newest, _ -> true, 1 + random.nextInt(5)));
        }
        for (int i = 0; i < ALTERNATIVES; i++) {
            Set<String> set = some(newest, this::hasChoice, 1 + random.nextInt(2));
            set.addAll(some(newest, _ -> true, random.nextInt(2)));
            sets.add(set);
        }
        for (int i = 0; i < CONFLICTS; i++) {
            BinaryPackage one = pick(newest, this::hasConflict);
            List<String> against =
                    one.conflicts().stream()
                            .flatMap(each -> universe.matching(each).stream())
                            .map(BinaryPackage::name)
                            .filter(name -> !name.equals(one.name()))
                            .distinct()
                            .toList();
            Set<String> set = new LinkedHashSet<>(List.of(one.name()));
            if (i % 2 == 0) {
                set.add(against.get(random.nextInt(against.size())));
            } else {
                set.add(pick(newest, other -> choosesOneOf(other, against)).name());
            }
            sets.add(set);
        }
        return sets;
    }

    private Set<String> some(List<BinaryPackage> from, Predicate<BinaryPackage> fits, int count) {
        Set<String> names = new LinkedHashSet<>();
        while (names.size() < count) {
            names.add(pick(from, fits).name());
        }
        return names;
    }

    private BinaryPackage pick(List<BinaryPackage> from, Predicate<BinaryPackage> fits) {
        for (int tries = 0; tries < 3 * from.size(); tries++) {
            BinaryPackage one = from.get(random.nextInt(from.size()));
            if (fits.test(one)) {
                return one;
            }
        }
        return from.get(random.nextInt(from.size()));
    }

    private boolean hasChoice(BinaryPackage one) {
        return one.depends().stream()
                .anyMatch(each ->
                        each.stream()
                                        .flatMap(relation -> universe.candidates(relation).stream())
                                        .collect(Collectors.toSet())
                                        .size()
                                > 1);
    }

    private boolean hasConflict(BinaryPackage one) {
        return one.conflicts().stream()
                .flatMap(each -> universe.matching(each).stream())
                .anyMatch(other -> !other.name().equals(one.name()));
    }

    private static boolean choosesOneOf(BinaryPackage one, List<String> names) {
        return one.depends().stream()
                .anyMatch(each ->
                        each.size() > 1 && each.stream().anyMatch(r -> names.contains(r.name())));
    }
}
