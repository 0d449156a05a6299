package io.keelson.cli.reboot;

import io.keelson.cli.terminal.CommandFailure;
import io.keelson.cli.terminal.Terminal;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.util.concurrent.Callable;

@Command(
        name = "release",
        description =
                "frees the slot of a holder whatever its state, without counting a failure; takes one that waits out of the queue",
        mixinStandardHelpOptions = true)
final class ReleaseCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin private GroupOptions options = new GroupOptions();

    @Parameters(paramLabel = "ID")
    private String id = "";

    ReleaseCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        GroupAccess access = options.access(terminal);
        JsonNode before = access.status();
        boolean isHolder = names(before.path("holders"));
        boolean isWaiting = names(before.path("queue"));
        if (!isHolder && !isWaiting && before.path("waiting").asInt(0) <= queued(before)) {
            throw new CommandFailure(
                    id + " neither holds a slot nor waits for one: see 'keelson reboot status'");
        }
        access.release(id);
        terminal.out().println(isHolder ? "released " + id : "took " + id + " out of the queue");
        return 0;
    }

    private static int queued(JsonNode group) {
        return group.path("queue").size();
    }

    private boolean names(JsonNode list) {
        return list.valueStream().anyMatch(each -> each.path("id").asString("").equals(id));
    }
}
