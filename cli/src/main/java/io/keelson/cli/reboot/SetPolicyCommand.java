package io.keelson.cli.reboot;

import io.keelson.cli.terminal.CommandFailure;
import io.keelson.cli.terminal.Terminal;
import io.keelson.reboot.group.PolicyFile;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;

@Command(
        name = "set-policy",
        description =
                "applies a policy file to its groups in etcd; a coordinator has a file of its own",
        mixinStandardHelpOptions = true)
final class SetPolicyCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin private GroupOptions options = new GroupOptions();

    @Parameters(
            paramLabel = "FILE",
            description = "{\"groups\": {\"default\": {\"slots\": 2, ...}}}")
    private Path file = Path.of("");

    @Option(names = "--dry-run", description = "only check the file")
    private boolean isDryRun;

    SetPolicyCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        PolicyFile policies = PolicyFile.read(file);
        if (isDryRun) {
            policies.groups().keySet().forEach(each -> terminal.out().println(each + ": fine"));
            return 0;
        }
        if (options.hasServer()) {
            throw new CommandFailure(
                    "a coordinator applies the file it was started with (--policy): change that file"
                            + " and start it again, or use --etcd without --server");
        }
        for (var each : policies.groups().entrySet()) {
            options.direct(terminal, each.getKey())
                    .setPolicy(each.getValue(), policies.digest(each.getKey()));
            terminal.out().println(each.getKey() + ": applied");
        }
        return 0;
    }
}
