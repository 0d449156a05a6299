package io.keelson.cli.reboot;

import io.keelson.cli.terminal.Columns;
import io.keelson.cli.terminal.CommandFailure;
import io.keelson.cli.terminal.Json;
import io.keelson.cli.terminal.Terminal;
import io.keelson.reboot.group.GroupPolicy;
import io.keelson.reboot.simulate.Fleet;
import io.keelson.reboot.simulate.PolicyTrial;
import io.keelson.reboot.simulate.SimulationReport;
import io.keelson.reboot.simulate.SimulationReport.Progress;
import io.keelson.reboot.window.DurationText;

import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;

@Command(
        name = "simulate",
        description = "plays a group's policy over a fleet, by the rules real hosts are served by",
        mixinStandardHelpOptions = true)
final class SimulateCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin private GroupOptions options = new GroupOptions();

    @Mixin private FleetOptions fleet = new FleetOptions();

    @Option(
            names = "--policy",
            paramLabel = "FILE",
            description = "a policy file (default: the policy the group has)")
    private Optional<Path> policyFile = Optional.empty();

    @Option(
            names = "--from",
            paramLabel = "TIME",
            description = "such as 2026-03-28T00:00:00Z (default: now)")
    private Optional<Instant> from = Optional.empty();

    @Option(names = "--json", description = "for programs")
    private boolean isJson;

    SimulateCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /** The fleet. */
    static final class FleetOptions {
        @Option(names = "--hosts", defaultValue = "100", description = "(default: 100)")
        private int hosts;

        @Option(
                names = "--reboot",
                paramLabel = "TIME",
                defaultValue = "4m",
                converter = LengthConverter.class,
                description = "median of the time to be healthy again (default: 4m)")
        private Duration reboot = Duration.ZERO;

        @Option(
                names = "--reboot-p95",
                paramLabel = "TIME",
                converter = LengthConverter.class,
                description = "one of twenty takes longer (default: twice the median)")
        private Optional<Duration> p95 = Optional.empty();

        @Option(
                names = "--failing",
                paramLabel = "SHARE",
                defaultValue = "0",
                description = "of hosts that come back on the old release (default: 0)")
        private double failing;

        @Option(
                names = "--lost",
                paramLabel = "SHARE",
                defaultValue = "0",
                description = "of hosts that never come back by themselves (default: 0)")
        private double lost;

        @Option(
                names = "--attended",
                paramLabel = "TIME",
                converter = LengthConverter.class,
                description =
                        "an operator resumes a halted group and gives up a lost host after that time (default: nobody does)")
        private Optional<Duration> attended = Optional.empty();

        @Option(
                names = "--ready-within",
                paramLabel = "TIME",
                defaultValue = "1h",
                converter = LengthConverter.class,
                description = "hosts ask for their reboot spread over that time (default: 1h)")
        private Duration readyWithin = Duration.ZERO;

        @Option(
                names = "--seed",
                defaultValue = "1",
                description = "same seed, same story (default: 1)")
        private long seed;

        Fleet fleet() throws CommandFailure {
            try {
                return new Fleet(
                        hosts,
                        readyWithin,
                        new Fleet.RebootTime(reboot, p95.orElse(reboot.multipliedBy(2))),
                        new Fleet.Failures(failing, lost, attended),
                        seed);
            } catch (IllegalArgumentException e) {
                throw new CommandFailure(String.valueOf(e.getMessage()), e);
            }
        }
    }

    @Override
    public Integer call() throws IOException {
        GroupPolicy policy =
                policyFile.isPresent()
                        ? GroupPolicies.in(policyFile.get(), options.group())
                        : GroupPolicies.of(options.access(terminal).status());
        SimulationReport report =
                PolicyTrial.play(policy, fleet.fleet(), from.orElse(terminal.clock().instant()));
        if (isJson) {
            Json.print(terminal.out(), json(report));
        } else {
            print(report);
        }
        return report.finished().isPresent() ? 0 : 1;
    }

    private void print(SimulationReport report) {
        var hosts = report.hosts();
        terminal.out()
                .println(
                        report.finished()
                                .map(end ->
                                        "finished at "
                                                + end
                                                + ", after "
                                                + DurationText.write(
                                                        Duration.between(report.started(), end)))
                                .orElse("not finished: " + whyNot(report)));
        terminal.out()
                .printf(
                        "%d done, %d failed, %d lost, %d still waiting; at most %d away at once%n",
                        hosts.done(),
                        hosts.failed(),
                        hosts.lost(),
                        hosts.waiting(),
                        report.mostAway());
        report.halts()
                .forEach(halt ->
                        terminal.out().printf("halted at %s: %s%n", halt.at(), halt.reason()));
        if (report.openings().isEmpty()) {
            return;
        }
        var table = new Columns("WINDOW", "ENDS", "GRANTED", "DONE", "FAILED", "LOST");
        for (Progress progress : report.openings()) {
            var opening = progress.opening();
            table.row(
                    opening.isEndless() ? "always open" : opening.start().toString(),
                    opening.isEndless() ? "-" : opening.end().toString(),
                    "" + progress.granted(),
                    "" + progress.done(),
                    "" + progress.failed(),
                    "" + progress.lost());
        }
        table.print(terminal.out());
    }

    private static String whyNot(SimulationReport report) {
        if (!report.halts().isEmpty() && report.hosts().waiting() > 0) {
            return "the group stays halted and nobody resumes it (see --attended)";
        }
        return report.hosts().waiting() > 0
                ? "hosts wait and no window is in sight"
                : "lost hosts hold their slots and nobody releases them (see --attended)";
    }

    private static ObjectNode json(SimulationReport report) {
        ObjectNode json = Json.object().put("started", report.started().toString());
        report.finished().ifPresent(end -> json.put("finished", end.toString()));
        json.putObject("hosts")
                .put("done", report.hosts().done())
                .put("failed", report.hosts().failed())
                .put("lost", report.hosts().lost())
                .put("waiting", report.hosts().waiting());
        json.put("mostAway", report.mostAway());
        var halts = json.putArray("halts");
        report.halts()
                .forEach(halt ->
                        halts.addObject()
                                .put("at", halt.at().toString())
                                .put("reason", halt.reason()));
        var openings = json.putArray("openings");
        for (Progress progress : report.openings()) {
            ObjectNode each = openings.addObject();
            if (!progress.opening().isEndless()) {
                each.put("start", progress.opening().start().toString())
                        .put("end", progress.opening().end().toString());
            }
            each.put("granted", progress.granted())
                    .put("done", progress.done())
                    .put("failed", progress.failed())
                    .put("lost", progress.lost());
        }
        return json;
    }

    static final class LengthConverter implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            try {
                return DurationText.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
