package io.keelson.cli;

import io.keelson.cli.terminal.CommandFailure;
import io.keelson.cli.terminal.Terminal;
import io.keelson.cli.terminal.TerminalProgress;
import io.keelson.payload.AppliedPayload;
import io.keelson.payload.PayloadException;
import io.keelson.payload.PayloadReader;
import io.keelson.payload.PayloadSources;
import io.keelson.payload.PayloadTarget;
import io.keelson.payload.PayloadTargets;
import io.keelson.payload.TrustedKeys;
import io.keelson.payload.VerifiedPayload;
import io.keelson.payload.apply.ApplyPlan;
import io.keelson.payload.apply.JournalFile;
import io.keelson.payload.apply.PayloadApplier;
import io.keelson.payload.manifest.Capability;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.Callable;

/** {@code keelson payload apply}: what a host does to its slot, to files. */
@Command(
        name = "apply",
        description =
                "makes a release's usr.erofs and uki.efi out of a payload; a run that was cut continues",
        mixinStandardHelpOptions = true)
final class PayloadApplyCommand implements Callable<Integer> {
    private static final String JOURNAL = ".apply.journal";

    private final Terminal terminal;

    @Option(
            names = "--payload",
            required = true,
            paramLabel = "FILE",
            description = "the payload to apply")
    private Path payload = Path.of("");

    @Option(
            names = "--key",
            required = true,
            paramLabel = "FILE",
            description = "public key, PEM; repeatable")
    private List<Path> keys = List.of();

    @Option(names = "--old", paramLabel = "DIR", description = "the release that a delta builds on")
    private @Nullable Path old;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "DIR",
            description = "where the new release goes; devices there are written through")
    private Path out = Path.of("");

    PayloadApplyCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        Files.createDirectories(out);
        JournalFile journal = new JournalFile(out.resolve(JOURNAL));
        try (InputStream in = Files.newInputStream(payload);
                FileChannel usr = target("usr.erofs");
                FileChannel uki = target("uki.efi")) {
            VerifiedPayload verified =
                    PayloadReader.open(
                            in,
                            TrustedKeys.ofFiles(keys, 1),
                            EnumSet.complementOf(EnumSet.of(Capability.BROTLI)));
            if (!PayloadApplier.continues(verified, journal)) {
                empty("usr.erofs", usr);
                empty("uki.efi", uki);
            }
            ApplyPlan plan =
                    ApplyPlan.to(new PayloadTargets(PayloadTarget.of(usr), PayloadTarget.of(uki)))
                            .resuming(journal, this::rest);
            AppliedPayload applied = apply(verified, plan);
            journal.clear();
            terminal.out()
                    .println(
                            applied.version().text()
                                    + " with root hash "
                                    + applied.rootHash().hex()
                                    + " is in "
                                    + out);
            return 0;
        } catch (PayloadException e) {
            throw new CommandFailure(
                    "%s cannot be applied: %s (error code %d)"
                            .formatted(payload, e.getMessage(), e.errorCode()));
        }
    }

    private AppliedPayload apply(VerifiedPayload verified, ApplyPlan plan) throws IOException {
        TerminalProgress progress = new TerminalProgress(terminal);
        if (old == null) {
            return PayloadApplier.apply(
                    verified, plan, (done, total) -> progress.percent("applying", done, total));
        }
        try (FileChannel usr = FileChannel.open(old.resolve("usr.erofs"));
                FileChannel uki = FileChannel.open(old.resolve("uki.efi"))) {
            var sources =
                    new PayloadSources(
                            PayloadSources.of(usr, usr.size()), PayloadSources.of(uki, uki.size()));
            return PayloadApplier.apply(
                    verified,
                    plan.from(sources),
                    (done, total) -> progress.percent("applying", done, total));
        }
    }

    private FileChannel target(String name) throws IOException {
        return FileChannel.open(
                out.resolve(name),
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
    }

    private void empty(String name, FileChannel channel) throws IOException {
        if (Files.isRegularFile(out.resolve(name))) {
            channel.truncate(0);
        }
    }

    private InputStream rest(long offset) throws IOException {
        FileChannel channel = FileChannel.open(payload);
        return Channels.newInputStream(channel.position(offset));
    }
}
