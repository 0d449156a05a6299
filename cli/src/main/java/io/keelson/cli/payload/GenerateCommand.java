package io.keelson.cli.payload;

import io.keelson.channels.ReleaseManifest;
import io.keelson.cli.terminal.CommandFailure;
import io.keelson.cli.terminal.Json;
import io.keelson.cli.terminal.Properties;
import io.keelson.cli.terminal.Terminal;
import io.keelson.cli.terminal.TerminalProgress;
import io.keelson.disk.gpt.RootHash;
import io.keelson.disk.verity.VerityDefaults;
import io.keelson.disk.verity.VerityTree;
import io.keelson.image.compress.Compression;
import io.keelson.image.erofs.ErofsImage;
import io.keelson.image.sign.Pem;
import io.keelson.payload.delta.DeltaGenerator;
import io.keelson.payload.delta.DeltaSpec;
import io.keelson.payload.generate.PayloadSpec;
import io.keelson.payload.generate.PayloadWriter;
import io.keelson.payload.generate.WriteProgress;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

/** {@code keelson payload generate}. */
@Command(
        name = "generate",
        description =
                "writes a payload for a built release, full or (with --old) a delta; same input, same bytes",
        mixinStandardHelpOptions = true)
public final class GenerateCommand implements Callable<Integer> {
    private static final int DEFAULT_LEVEL = 17;
    private static final int LEVEL_MAX = 22;

    /** For whom the payload is. */
    enum Profile {
        KEELSON,
        AOSP,
        V1;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Terminal terminal;

    @Spec private CommandSpec spec;

    @Option(
            names = "--new",
            required = true,
            paramLabel = "DIR",
            description = "output of 'keelson image build'")
    private Path release = Path.of("");

    @Option(
            names = "--old",
            paramLabel = "DIR",
            description = "the release the hosts run: writes a delta from it")
    private @Nullable Path old;

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

    @Option(
            names = "--profile",
            description =
                    "for whom: keelson, aosp (REPLACE and REPLACE_XZ, RSA-2048), v1 (Flatcar's"
                            + " update_engine, RSA-2048) (default: ${DEFAULT-VALUE})")
    private Profile profile = Profile.KEELSON;

    @Option(
            names = "--repack",
            description = "look inside compressed kernels; only for hosts with repack-zstd-1.5.7")
    private boolean repack;

    @SuppressWarnings("NullAway.Init") // picocli sets the specification before it runs a command
    public GenerateCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        requireUsage();
        TerminalProgress progress = new TerminalProgress(terminal);
        PayloadSpec payload = payload(progress);
        List<PrivateKey> keys = List.of(Pem.readPrivateKey(key));
        WriteProgress percent = (done, total) -> progress.percent("compressing", done, total);
        Properties.print(terminal.out(), write(payload, keys, percent));
        return 0;
    }

    private ObjectNode write(PayloadSpec payload, List<PrivateKey> keys, WriteProgress progress)
            throws IOException, InterruptedException {
        if (old != null) {
            noteCompression(payload.usrImage());
            var delta =
                    new DeltaSpec(
                            payload, old.resolve("usr.erofs"), old.resolve("uki.efi"), repack);
            return PayloadReport.of(DeltaGenerator.write(delta, keys, out, progress));
        }
        return switch (profile) {
            case KEELSON -> PayloadReport.of(PayloadWriter.write(payload, keys, out, progress));
            case AOSP -> PayloadReport.of(PayloadWriter.writeAosp(payload, keys, out, progress));
            case V1 -> {
                PayloadWriter.writeVersionOne(payload, keys.getFirst(), out, progress);
                yield Json.object()
                        .put("version", payload.version().text())
                        .put("size", Files.size(out));
            }
        };
    }

    /** Blocks of a compressed file differ from its first change on; only whole files are found. */
    private void noteCompression(Path usr) throws IOException {
        Compression compression = ErofsImage.compression(usr);
        if (compression != Compression.NONE) {
            terminal.err()
                    .println(
                            "note: /usr in %s is compressed (%s), so this delta saves only the files that did not change; a recipe with compression: none gives much smaller ones"
                                    .formatted(release, compression.word()));
        }
    }

    private void requireUsage() {
        if (level < 1 || level > LEVEL_MAX) {
            throw wrong("--level is 1 to " + LEVEL_MAX + ", not " + level);
        }
        if (old != null && profile != Profile.KEELSON) {
            throw wrong("--old makes a delta, which the profile " + profile + " does not have");
        }
        if (repack && old == null) {
            throw wrong("--repack is for a delta: name the old release with --old");
        }
    }

    private ParameterException wrong(String sentence) {
        return new ParameterException(spec.commandLine(), sentence);
    }

    private PayloadSpec payload(TerminalProgress progress)
            throws IOException, InterruptedException {
        ReleaseManifest manifest;
        try (InputStream in = Files.newInputStream(release.resolve("release.json"))) {
            manifest = ReleaseManifest.read(in);
        }
        Path usr = release.resolve("usr.erofs");
        progress.step("hashing " + usr);
        RootHash rootHash =
                VerityTree.of(usr, VerityDefaults.salt(), VerityDefaults.UUID_OF_TREE).rootHash();
        if (!rootHash.equals(manifest.rootHash())) {
            throw new CommandFailure(
                    usr
                            + " is not the one of its release.json: its root hash differs; build it again");
        }
        return new PayloadSpec(
                manifest.version(),
                usr,
                rootHash,
                VerityDefaults.salt(),
                release.resolve("uki.efi"),
                level);
    }
}
