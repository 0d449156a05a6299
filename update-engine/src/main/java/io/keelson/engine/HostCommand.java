package io.keelson.engine;

import io.keelson.engine.control.ControlAnswer;
import io.keelson.engine.control.ControlClient;
import io.keelson.engine.json.JsonObject;
import io.keelson.engine.json.JsonText;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The client of keelsond: {@code status|check|apply [--retry]|reboot|rollback|health [--json]}. */
public final class HostCommand {
    private static final Path SOCKET = Path.of("/run/keelson/keelsond.sock");
    private static final Set<String> COMMANDS =
            Set.of("status", "check", "apply", "reboot", "rollback", "health");
    private static final String USAGE =
            "usage: keelson host status|check|apply [--retry]|reboot|rollback|health [--json]";

    private HostCommand() {}

    /** Returns 0 on success, 1 on failure, 2 on wrong usage; one sentence on {@code err}. */
    public static int run(List<String> args, PrintStream out, PrintStream err) {
        return run(args, SOCKET, out, err);
    }

    /** As {@link #run(List, PrintStream, PrintStream)}, through another socket. */
    static int run(List<String> args, Path socket, PrintStream out, PrintStream err) {
        var words = new ArrayList<>(args);
        boolean isJson = words.remove("--json");
        boolean isRetry = words.remove("--retry");
        if (words.equals(List.of("--help"))) {
            out.println(USAGE);
            return 0;
        }
        String command = words.size() == 1 ? words.getFirst() : "";
        if (!COMMANDS.contains(command) || (isRetry && !command.equals("apply"))) {
            err.println(USAGE);
            return 2;
        }
        ControlAnswer answer;
        try {
            answer = call(new ControlClient(socket), command, isRetry);
        } catch (IOException e) {
            err.printf(
                    "keelson host %s: keelsond does not answer on %s (%s); is keelsond.service"
                            + " running, and are you root?%n",
                    command, socket, e.getMessage());
            return 1;
        }
        if (!answer.isOk()) {
            err.printf(
                    "keelson host %s: %s%n",
                    command, answer.body().optionalText("message").orElse("refused"));
            return 1;
        }
        print(command, answer.body(), isJson, out);
        boolean isSick = command.equals("health") && !answer.body().flag("healthy");
        return isSick ? 1 : 0;
    }

    private static ControlAnswer call(ControlClient client, String command, boolean isRetry)
            throws IOException {
        boolean isQuestion = command.equals("status") || command.equals("health");
        JsonObject body = isRetry ? JsonObject.empty().with("retry", true) : JsonObject.empty();
        return client.call(isQuestion ? "GET" : "POST", "/" + command, body);
    }

    private static void print(String command, JsonObject body, boolean isJson, PrintStream out) {
        if (isJson) {
            out.println(new String(JsonText.write(body), StandardCharsets.UTF_8));
            return;
        }
        switch (command) {
            case "status" -> StatusScreen.lines(body).forEach(out::println);
            case "health" -> StatusScreen.health(body).forEach(out::println);
            default -> out.println(body.optionalText("message").orElse("done"));
        }
    }
}
