package io.keelson.cli;

import io.keelson.channels.ReleaseManifest;
import io.keelson.cli.terminal.CommandFailure;
import io.keelson.cli.terminal.Json;
import io.keelson.cli.terminal.Properties;
import io.keelson.cli.terminal.Terminal;
import io.keelson.cli.terminal.TerminalProgress;
import io.keelson.disk.gpt.RootHash;
import io.keelson.disk.verity.VerityDefaults;
import io.keelson.disk.verity.VerityTree;
import io.keelson.image.sign.Pem;
import io.keelson.payload.PayloadCheck;
import io.keelson.payload.PayloadSummary;
import io.keelson.payload.TrustedKeys;
import io.keelson.payload.apply.ContentCheck;
import io.keelson.payload.generate.PayloadSpec;
import io.keelson.payload.generate.PayloadWriter;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Update payloads. */
@Command(
        name = "payload",
        description = "makes, shows and judges update payloads",
        mixinStandardHelpOptions = true)
final class PayloadCommand extends CommandGroup {
    private final Terminal terminal;

    PayloadCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /** What a payload is made of. */
    static final class Inputs {
        private static final int DEFAULT_LEVEL = 19;

        @Option(
                names = "--new",
                required = true,
                paramLabel = "DIR",
                description = "output of 'keelson image build'")
        private Path release = Path.of("");

        @Option(
                names = "--key",
                required = true,
                paramLabel = "FILE",
                description = "private update key, PKCS#8 PEM")
        private Path key = Path.of("");

        @Option(
                names = "--out",
                required = true,
                paramLabel = "FILE",
                description = "the payload to write")
        private Path out = Path.of("");

        @Option(names = "--level", description = "zstd level, 1 to 22 (default: ${DEFAULT-VALUE})")
        private int level = DEFAULT_LEVEL;
    }

    @Command(
            name = "generate",
            description = "writes a full payload for a built release; same input, same bytes",
            mixinStandardHelpOptions = true)
    int generate(@Mixin Inputs inputs) throws IOException, InterruptedException {
        ReleaseManifest release;
        try (InputStream in = Files.newInputStream(inputs.release.resolve("release.json"))) {
            release = ReleaseManifest.read(in);
        }
        Path usr = inputs.release.resolve("usr.erofs");
        TerminalProgress progress = new TerminalProgress(terminal);
        progress.step("hashing " + usr);
        RootHash rootHash =
                VerityTree.of(usr, VerityDefaults.salt(), VerityDefaults.UUID_OF_TREE).rootHash();
        if (!rootHash.equals(release.rootHash())) {
            throw new CommandFailure(
                    usr
                            + " is not the one of its release.json: its root hash differs; build it again");
        }
        var spec =
                new PayloadSpec(
                        release.version(),
                        usr,
                        rootHash,
                        VerityDefaults.salt(),
                        inputs.release.resolve("uki.efi"),
                        inputs.level);
        PayloadSummary summary =
                PayloadWriter.write(
                        spec,
                        Pem.readPrivateKey(inputs.key),
                        inputs.out,
                        (done, total) -> progress.percent("compressing", done, total));
        Properties.print(terminal.out(), json(summary));
        return 0;
    }

    @Command(
            name = "inspect",
            description = "shows what a payload says it is; nothing of it is believed",
            mixinStandardHelpOptions = true)
    int inspect(
            @Parameters(paramLabel = "FILE") Path file,
            @Option(names = "--json", description = "for programs") boolean json)
            throws IOException {
        print(json(PayloadCheck.inspect(file)), json);
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
                print(json(summary).put("trusted", true), json);
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

    private static ObjectNode json(PayloadSummary summary) {
        ObjectNode document = Json.object().put("version", summary.version());
        document.put("size", summary.file().sizeBytes())
                .put("sha256", summary.file().sha256().hex());
        summary.rootHash().ifPresent(hash -> document.put("rootHash", hash.hex()));
        var partitions = document.putArray("partitions");
        for (PayloadSummary.Partition partition : summary.partitions()) {
            ObjectNode entry = partitions.addObject().put("name", partition.name());
            entry.put("size", partition.sizeBytes()).put("dataBytes", partition.dataBytes());
            ObjectNode operations = entry.putObject("operations");
            partition.operations().forEach((type, count) -> operations.put(type.name(), count));
        }
        var signers = document.putArray("signers");
        summary.signers().forEach(signers::add);
        return document;
    }
}
