package io.keelson.cli.payload;

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
import io.keelson.payload.foreign.ForeignPayload;
import io.keelson.payload.manifest.Capability;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * {@code keelson payload apply}: what a host does to its slot, to files; and with AOSP's payloads,
 * which no host takes, to files of the names the payload has for its partitions.
 */
@Command(
        name = "apply",
        description =
                "makes a release's usr.erofs and uki.efi out of a payload (a run that was cut"
                        + " continues), or the images of a payload of AOSP",
        mixinStandardHelpOptions = true)
public final class ApplyCommand implements Callable<Integer> {
    private static final String JOURNAL = ".apply.journal";

    private final Terminal terminal;

    @Spec private CommandSpec spec;

    @Option(
            names = "--payload",
            required = true,
            paramLabel = "FILE",
            description = "the payload to apply")
    private Path payload = Path.of("");

    @Option(
            names = "--key",
            paramLabel = "FILE",
            description = "public key, PEM; repeatable; needed unless --aosp is given")
    private List<Path> keys = List.of();

    @Option(
            names = "--aosp",
            description =
                    "the payload is AOSP's or of a system like it: partitions are NAME.img in --old"
                            + " and --out; its signature is not looked at, only its hashes")
    private boolean aosp;

    @Option(names = "--old", paramLabel = "DIR", description = "the release that a delta builds on")
    private @Nullable Path old;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "DIR",
            description = "where the new release goes; devices there are written through")
    private Path out = Path.of("");

    @SuppressWarnings("NullAway.Init") // picocli sets the specification before it runs a command
    public ApplyCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        if (aosp != keys.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    aosp
                            ? "--aosp looks at no signature, so --key is of no use with it"
                            : "--key is missing: a payload is applied only if it is signed with it");
        }
        Files.createDirectories(out);
        return aosp ? applyForeign() : applyOwn();
    }

    private int applyForeign() throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(payload));
                var images = new ForeignImages(Optional.ofNullable(old), out)) {
            ForeignPayload foreign = ForeignPayload.open(in);
            foreign.apply(images);
            foreign.manifest()
                    .partitions()
                    .forEach(partition ->
                            terminal.out()
                                    .println(
                                            partition.name()
                                                    + " has the hash the payload states: "
                                                    + images.image(partition.name())));
            return 0;
        } catch (PayloadException e) {
            throw refused(e);
        } catch (IOException e) {
            throw new CommandFailure("%s cannot be applied: %s".formatted(payload, e.getMessage()));
        }
    }

    private int applyOwn() throws IOException {
        JournalFile journal = new JournalFile(out.resolve(JOURNAL));
        try (InputStream in = Files.newInputStream(payload);
                FileChannel usr = target("usr.erofs");
                FileChannel uki = target("uki.efi")) {
            VerifiedPayload verified =
                    PayloadReader.open(in, TrustedKeys.ofFiles(keys, 1), Capability.HOST_AT_MOST);
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
            throw refused(e);
        }
    }

    private CommandFailure refused(PayloadException e) {
        return new CommandFailure(
                "%s cannot be applied: %s (error code %d)"
                        .formatted(payload, e.getMessage(), e.errorCode()));
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
