package io.keelson.engine.health;

import io.keelson.engine.health.check.Programs;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What the journal of this boot has to say about a boot that is not well: the last lines of the
 * units that the verdict names; of everything that is a warning, where it names none.
 */
public final class LogExcerpt {
    private static final int LINES_MAX = 12;
    private static final int LINE_CHARACTERS_MAX = 240;
    private static final Duration DEADLINE = Duration.ofSeconds(20);
    private static final Pattern UNIT =
            Pattern.compile(
                    "[A-Za-z0-9@:._\\\\-]+\\.(?:service|socket|mount|swap|path|timer|scope)");

    private final Programs programs;

    public LogExcerpt(Programs programs) {
        this.programs = programs;
    }

    /** The verdict with its excerpt; the same one for a healthy boot. */
    public Verdict of(Verdict verdict) throws InterruptedException {
        return verdict.isHealthy() ? verdict : verdict.withLog(lines(verdict));
    }

    private List<String> lines(Verdict verdict) throws InterruptedException {
        var argv =
                new ArrayList<>(
                        List.of(
                                "journalctl",
                                "--boot",
                                "--no-pager",
                                "--quiet",
                                "--output=short-monotonic",
                                "--no-hostname",
                                "--lines=" + LINES_MAX));
        var units =
                UNIT.matcher(verdict.reason())
                        .results()
                        .map(match -> "--unit=" + match.group())
                        .collect(Collectors.toCollection(TreeSet::new));
        argv.addAll(units.isEmpty() ? List.of("--priority=warning") : units);
        try {
            return programs.run(argv, DEADLINE)
                    .orThrow("reading the journal")
                    .stdout()
                    .lines()
                    .filter(line -> !line.isBlank())
                    .map(LogExcerpt::shortened)
                    .toList();
        } catch (IOException e) {
            return List.of("the journal cannot be read: " + e.getMessage());
        }
    }

    private static String shortened(String line) {
        return line.length() <= LINE_CHARACTERS_MAX
                ? line
                : line.substring(0, LINE_CHARACTERS_MAX) + "…";
    }
}
