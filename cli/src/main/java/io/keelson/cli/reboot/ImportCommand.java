package io.keelson.cli.reboot;

import io.keelson.cli.terminal.CommandFailure;
import io.keelson.cli.terminal.Terminal;
import io.keelson.etcd.EtcdResult;
import io.keelson.etcd.KeyValue;
import io.keelson.etcd.Range;
import io.keelson.reboot.migration.ForeignDump;
import io.keelson.reboot.migration.ForeignGroup;
import io.keelson.reboot.migration.ImportPlan;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

@Command(
        name = "import",
        description =
                "takes over groups, slots and holders of locksmith or airlock into etcd; holders keep their slots",
        mixinStandardHelpOptions = true)
final class ImportCommand implements Callable<Integer> {
    private static final int PAGE_KEYS = 500;

    private final Terminal terminal;

    @Mixin private GroupOptions options = new GroupOptions();

    @Parameters(
            arity = "0..1",
            paramLabel = "FILE",
            description =
                    "a semaphore's JSON, etcd's v2 answer (?recursive=true) or 'etcdctl get --prefix -w json' (default: what is in etcd itself)")
    private Optional<Path> file = Optional.empty();

    @Option(names = "--dry-run", description = "say what would be done, and do nothing")
    private boolean isDryRun;

    ImportCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        if (options.hasServer() && !isDryRun) {
            throw new CommandFailure(
                    "an import writes etcd itself: stop using --server and name --etcd");
        }
        List<ImportPlan> plans = plans(file.isPresent() ? inFile(file.get()) : inEtcd());
        for (ImportPlan plan : plans) {
            explain(plan);
            if (!isDryRun) {
                apply(plan);
            }
        }
        return 0;
    }

    private List<ForeignGroup> inFile(Path dump) throws IOException {
        try (InputStream in = Files.newInputStream(dump)) {
            return ForeignDump.read(in, options.group());
        }
    }

    private List<ForeignGroup> inEtcd() throws IOException {
        var found = new ArrayList<ForeignGroup>();
        for (String prefix : ForeignDump.KEY_PREFIXES) {
            for (KeyValue each : keys(prefix)) {
                ForeignDump.read(each.key(), each.value().toByteArray(), options.group())
                        .ifPresent(found::add);
            }
        }
        if (found.isEmpty()) {
            throw new CommandFailure(
                    "etcd has no key of locksmith or airlock; locksmith's are in the v2 keyspace:"
                            + " dump them with a GET of /v2/keys/coreos.com/updateengine/rebootlock"
                            + "?recursive=true and name the file");
        }
        return found;
    }

    private List<KeyValue> keys(String prefix) throws IOException {
        return switch (options.etcd().readAll(Range.ofPrefix(prefix), PAGE_KEYS)) {
            case EtcdResult.Known<Range.Answer>(var answer) -> answer.values();
            case EtcdResult.Refused<Range.Answer>(_, var reason) ->
                    throw new CommandFailure("etcd refused to list " + prefix + ": " + reason);
            case EtcdResult.Unknown<Range.Answer>(var reason) ->
                    throw new CommandFailure("etcd did not list " + prefix + ": " + reason);
        };
    }

    private static List<ImportPlan> plans(List<ForeignGroup> groups) throws CommandFailure {
        var plans = new ArrayList<ImportPlan>();
        var names = new HashSet<String>();
        for (ForeignGroup group : groups) {
            try {
                ImportPlan plan = ImportPlan.of(group);
                if (!names.add(plan.group())) {
                    throw new CommandFailure(
                            "two groups of the dump would both be '%s' here: import them one by one with --group"
                                    .formatted(plan.group()));
                }
                plans.add(plan);
            } catch (IllegalArgumentException e) {
                throw new CommandFailure(
                        "group '%s' cannot be imported: %s".formatted(group.name(), e.getMessage()),
                        e);
            }
        }
        return plans;
    }

    private void explain(ImportPlan plan) {
        terminal.out()
                .printf(
                        "group %s: %d slots, held by %s%n",
                        plan.group(),
                        plan.slots(),
                        plan.holders().isEmpty() ? "nobody" : String.join(", ", plan.holders()));
        plan.remarks().forEach(remark -> terminal.out().println("  note: " + remark));
    }

    private void apply(ImportPlan plan) throws IOException {
        switch (options.direct(terminal, plan.group()).decide(plan.question())) {
            case ImportPlan.Adopted.Done(int added) ->
                    terminal.out().println("  imported, " + added + " holders were new");
            case ImportPlan.Adopted.Not(String reason) ->
                    throw new CommandFailure(
                            "group %s was not imported: %s".formatted(plan.group(), reason));
        }
    }
}
