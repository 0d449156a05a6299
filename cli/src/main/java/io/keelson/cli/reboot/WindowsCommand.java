package io.keelson.cli.reboot;

import io.keelson.cli.terminal.Json;
import io.keelson.cli.terminal.Terminal;
import io.keelson.reboot.group.GroupPolicy;
import io.keelson.reboot.window.DurationText;
import io.keelson.reboot.window.Opening;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;

@Command(
        name = "windows",
        description = "the next times at which a group may reboot",
        mixinStandardHelpOptions = true)
final class WindowsCommand implements Callable<Integer> {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("EEE yyyy-MM-dd HH:mm xxx", Locale.ENGLISH);
    private static final int COUNT_MAX = 1000;

    private final Terminal terminal;

    @Mixin private GroupOptions options = new GroupOptions();

    @Option(names = "--policy", paramLabel = "FILE", description = "a policy file, asked instead")
    private Optional<Path> policyFile = Optional.empty();

    @Option(names = "--count", defaultValue = "5", description = "how many (default: 5)")
    private int count;

    @Option(
            names = "--from",
            paramLabel = "TIME",
            description = "such as 2026-03-28T00:00:00Z (default: now)")
    private Optional<Instant> from = Optional.empty();

    @Option(names = "--json", description = "for programs")
    private boolean isJson;

    WindowsCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        GroupPolicy policy =
                policyFile.isPresent()
                        ? GroupPolicies.in(policyFile.get(), options.group())
                        : GroupPolicies.of(options.access(terminal).status());
        Instant start = from.orElse(terminal.clock().instant());
        List<Opening> openings = policy.calendar().upcoming(start, Math.clamp(count, 1, COUNT_MAX));
        if (isJson) {
            printJson(openings);
        } else {
            print(policy, openings, start);
        }
        return 0;
    }

    private void print(GroupPolicy policy, List<Opening> openings, Instant start) {
        Duration expected = policy.times().expected();
        ZoneId zone =
                policy.calendar().windows().stream()
                        .findFirst()
                        .map(window -> window.zone())
                        .orElse(ZoneId.of("UTC"));
        if (openings.isEmpty()) {
            terminal.out().println("no window is in sight");
        }
        for (Opening opening : openings) {
            boolean isOpen = !opening.start().isAfter(start);
            String end =
                    opening.isEndless()
                            ? "without an end in sight"
                            : "to " + in(zone, opening.end());
            String length =
                    opening.isEndless()
                            ? ""
                            : ", "
                                    + DurationText.write(
                                            Duration.between(opening.start(), opening.end()));
            String fit =
                    opening.fits(isOpen ? start : opening.start(), expected)
                            ? ""
                            : ", too short for a reboot of " + DurationText.write(expected);
            terminal.out()
                    .println(
                            (isOpen ? "open now" : in(zone, opening.start()))
                                    + " "
                                    + end
                                    + length
                                    + fit);
        }
    }

    private static String in(ZoneId zone, Instant at) {
        return TIME.format(at.atZone(zone));
    }

    private void printJson(List<Opening> openings) {
        ObjectNode answer = Json.object();
        ArrayNode list = answer.putArray("openings");
        for (Opening opening : openings) {
            ObjectNode each = list.addObject().put("start", opening.start().toString());
            if (!opening.isEndless()) {
                each.put("end", opening.end().toString());
            }
        }
        Json.print(terminal.out(), answer);
    }
}
