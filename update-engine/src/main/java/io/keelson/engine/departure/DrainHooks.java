package io.keelson.engine.departure;

import io.keelson.engine.health.check.Programs;
import io.keelson.host.Command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SequencedCollection;
import java.util.TreeMap;

/**
 * Programs that move work away from the host: called with {@code drain} in the order of their
 * names, and with {@code undrain} in the other order when the reboot does not happen. One that
 * fails keeps the host from rebooting, unless its name ends with {@code .soft}.
 */
final class DrainHooks {
    private static final String SOFT = ".soft";
    private static final int DETAIL_CHARACTERS_MAX = 300;
    private static final System.Logger LOG = System.getLogger("io.keelson.keelsond");

    private final Programs programs;
    private final List<Path> directories;
    private final InstantSource clock;
    private final List<Path> started = new ArrayList<>();

    DrainHooks(Programs programs, List<Path> directories, InstantSource clock) {
        this.programs = programs;
        this.directories = List.copyOf(directories);
        this.clock = clock;
    }

    Optional<String> drain(Duration most) throws InterruptedException {
        Instant end = clock.instant().plus(most);
        started.clear();
        SequencedCollection<Path> hooks;
        try {
            hooks = hooks();
        } catch (IOException e) {
            return Optional.of("the drain programs cannot be listed: " + e.getMessage());
        }
        for (Path hook : hooks) {
            started.add(hook);
            Optional<String> failure = call(hook, "drain", left(end, most), most);
            if (failure.isPresent()) {
                if (!isSoft(hook)) {
                    return failure;
                }
                LOG.log(System.Logger.Level.WARNING, "{0}", failure.get());
            }
        }
        return Optional.empty();
    }

    void undrain(Duration most) throws InterruptedException {
        Instant end = clock.instant().plus(most);
        for (Path hook : started.reversed()) {
            call(hook, "undrain", left(end, most), most)
                    .ifPresent(failure -> LOG.log(System.Logger.Level.WARNING, "{0}", failure));
        }
        started.clear();
    }

    void undrainAll(Duration most) throws InterruptedException {
        started.clear();
        try {
            started.addAll(hooks());
        } catch (IOException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the drain programs cannot be listed reason={0}",
                    e.getMessage());
        }
        undrain(most);
    }

    private Duration left(Instant end, Duration most) {
        Duration left = Duration.between(clock.instant(), end);
        // The wall clock may be set while a program runs.
        return left.compareTo(most) > 0 ? most : left;
    }

    private Optional<String> call(Path hook, String verb, Duration left, Duration most)
            throws InterruptedException {
        String name = "drain.d/" + hook.getFileName();
        if (!left.isPositive()) {
            return Optional.of(
                    "%s was not run: the programs before it took all of %d s"
                            .formatted(name, most.toSeconds()));
        }
        try {
            Command.Result result = programs.run(List.of(hook.toString(), verb), left);
            return result.ok()
                    ? Optional.empty()
                    : Optional.of(
                            "%s %s: exit code %d%s"
                                    .formatted(name, verb, result.exitCode(), lastWords(result)));
        } catch (IOException e) {
            return Optional.of("%s %s: %s".formatted(name, verb, e.getMessage()));
        }
    }

    private SequencedCollection<Path> hooks() throws IOException {
        var byName = new TreeMap<String, Path>();
        for (Path directory : directories) {
            if (Files.isDirectory(directory)) {
                try (var files = Files.newDirectoryStream(directory)) {
                    files.forEach(file -> byName.put(String.valueOf(file.getFileName()), file));
                }
            }
        }
        byName.values().removeIf(file -> !Files.isRegularFile(file) || !Files.isExecutable(file));
        return List.copyOf(byName.values());
    }

    private static boolean isSoft(Path hook) {
        return hook.toString().endsWith(SOFT);
    }

    private static String lastWords(Command.Result result) {
        String text = (result.stdout() + "\n" + result.stderr()).strip().replaceAll("\\s+", " ");
        String end = text.substring(Math.max(0, text.length() - DETAIL_CHARACTERS_MAX));
        return end.isEmpty() ? "" : ": " + end;
    }
}
