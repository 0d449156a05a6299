package io.keelson.cli;

import io.keelson.cli.payload.PayloadReport;
import io.keelson.cli.terminal.CommandFailure;
import io.keelson.cli.terminal.Json;
import io.keelson.cli.terminal.Properties;
import io.keelson.cli.terminal.Terminal;
import io.keelson.payload.PayloadCheck;
import io.keelson.payload.TrustedKeys;
import io.keelson.payload.apply.ContentCheck;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Update payloads. */
@Command(
        name = "payload",
        description = "makes, shows, judges and applies update payloads",
        mixinStandardHelpOptions = true)
final class PayloadCommand extends CommandGroup {
    private final Terminal terminal;

    PayloadCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Command(
            name = "inspect",
            description =
                    "shows operations, sizes and where the bytes went; nothing of it is believed",
            mixinStandardHelpOptions = true)
    int inspect(
            @Parameters(paramLabel = "FILE") Path file,
            @Option(names = "--json", description = "for programs") boolean json)
            throws IOException {
        print(PayloadReport.of(PayloadCheck.inspect(file)), json);
        return 0;
    }

    @Command(
            name = "verify",
            description =
                    "checks a payload as a host would: signatures, every operation, the content's hashes",
            mixinStandardHelpOptions = true)
    int verify(
            @Parameters(paramLabel = "FILE") Path file,
            @Option(
                            names = "--key",
                            required = true,
                            paramLabel = "FILE",
                            description = "public key, PEM; repeatable")
                    List<Path> keys,
            @Option(names = "--json", description = "for programs") boolean json)
            throws IOException {
        return switch (ContentCheck.verify(file, TrustedKeys.ofFiles(keys, 1))) {
            case PayloadCheck.Verdict.Trusted(var summary) -> {
                print(PayloadReport.of(summary).put("trusted", true), json);
                yield 0;
            }
            case PayloadCheck.Verdict.Refused(int code, String reason) ->
                    throw new CommandFailure(
                            "%s is refused: %s (error code %d)".formatted(file, reason, code));
        };
    }

    private void print(ObjectNode document, boolean json) {
        if (json) {
            Json.print(terminal.out(), document);
        } else {
            Properties.print(terminal.out(), document);
        }
    }
}
