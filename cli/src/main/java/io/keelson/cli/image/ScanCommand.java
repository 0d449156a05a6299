package io.keelson.cli.image;

import io.keelson.cli.terminal.Columns;
import io.keelson.cli.terminal.Json;
import io.keelson.cli.terminal.Terminal;
import io.keelson.image.scan.Finding;
import io.keelson.image.scan.InstalledSources;
import io.keelson.image.scan.Scan;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

/** Known vulnerabilities of a release. */
@Command(
        name = "scan",
        description = {
            "matches the packages of a built image against Debian's security tracker, offline",
            "Exit code 1 when there is a finding of the kind that --fail-on names."
        },
        mixinStandardHelpOptions = true)
public final class ScanCommand implements Callable<Integer> {
    /** Which findings make the command fail. */
    enum FailOn {
        ANY,
        FIXABLE,
        NEVER
    }

    private final Terminal terminal;

    @Option(
            names = "--tracker",
            required = true,
            paramLabel = "FILE",
            description = "data/json of the security tracker, downloaded by you")
    private Path tracker = Path.of("");

    @Option(
            names = "--fail-on",
            paramLabel = "KIND",
            description = "any, fixable (default: a new version would be free of it) or never")
    private FailOn failOn = FailOn.FIXABLE;

    @Option(names = "--json", description = "for programs")
    private boolean json;

    @Parameters(paramLabel = "DIR", description = "output of 'keelson image build'")
    private Path directory = Path.of("");

    public ScanCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        Scan scan = InstalledSources.of(directory);
        List<Finding> findings = scan.run(tracker);
        if (json) {
            Json.print(terminal.out(), document(scan, findings));
        } else {
            print(scan, findings);
        }
        long fixable = findings.stream().filter(Finding::isFixable).count();
        long counted =
                switch (failOn) {
                    case ANY -> findings.size();
                    case FIXABLE -> fixable;
                    case NEVER -> 0;
                };
        if (counted > 0) {
            terminal.err()
                    .println(
                            "keelson: %d %s in %s; --fail-on says when that is a failure"
                                    .formatted(
                                            counted,
                                            failOn == FailOn.FIXABLE
                                                    ? "findings that a new version fixes"
                                                    : "findings",
                                            directory));
            return 1;
        }
        return 0;
    }

    private void print(Scan scan, List<Finding> findings) {
        if (!findings.isEmpty()) {
            Columns table = new Columns("ID", "SOURCE", "VERSION", "URGENCY", "WHAT TO DO");
            for (Finding each : findings) {
                table.row(
                        each.id(),
                        each.source().name(),
                        each.source().version(),
                        each.urgency(),
                        each.advice());
            }
            table.print(terminal.out());
        }
        long fixable = findings.stream().filter(Finding::isFixable).count();
        terminal.out()
                .println(
                        String.format(
                                Locale.ROOT,
                                "%d source packages of %s: %d findings, %d of them fixed by a new version",
                                scan.sources().size(),
                                scan.release(),
                                findings.size(),
                                fixable));
    }

    private static ObjectNode document(Scan scan, List<Finding> findings) {
        ObjectNode root = Json.object();
        root.put("release", scan.release()).put("sources", scan.sources().size());
        ArrayNode list = root.putArray("findings");
        for (Finding each : findings) {
            ObjectNode one = list.addObject();
            one.put("id", each.id()).put("source", each.source().name());
            one.put("version", each.source().version());
            ArrayNode binaries = one.putArray("packages");
            each.source().binaries().forEach(binaries::add);
            one.put("urgency", each.urgency()).put("description", each.description());
            switch (each.remedy()) {
                case Finding.Remedy.InLockedSuite(var version, var suite) ->
                        one.put("remedy", "locked-suite")
                                .put("fixedVersion", version)
                                .put("suite", suite);
                case Finding.Remedy.InOtherRepository(var version, var repository) -> {
                    one.put("remedy", "other-repository").put("fixedVersion", version);
                    repository.ifPresent(suite -> one.put("suite", suite));
                }
                case Finding.Remedy.None _ -> one.put("remedy", "none");
                case Finding.Remedy.Undetermined() -> one.put("remedy", "undetermined");
            }
            one.put("advice", each.advice());
        }
        return root;
    }
}
