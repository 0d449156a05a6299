package io.keelson.engine.worker;

import io.keelson.disk.boot.ReleaseVersion;
import io.keelson.engine.install.InstallListener;
import io.keelson.engine.install.InstallResult;
import io.keelson.engine.install.OfferInstaller;
import io.keelson.engine.json.JsonText;
import io.keelson.engine.state.Offer;
import io.keelson.engine.state.OfferedFile;
import io.keelson.host.Command;
import io.keelson.host.Dialogue;
import io.keelson.omaha.ErrorCode;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Installs in a process of its own, which ends with the installation, or with this process: then
 * its stdin ends. Each of its steps waits until the listener here has remembered it. A worker that
 * ends early, or says what nobody understands, is a failed installation; the next one goes on where
 * its journal says, but never again with the shortcut that it ended in: what ends one process, as
 * too little memory does, would end the next one too.
 */
public final class WorkerInstaller implements OfferInstaller {
    /** Answers a message that was remembered; anything else is why it was not. */
    static final String GO_ON = "go on";

    static final int LINE_BYTES_MAX = JsonText.DOCUMENT_BYTES_MAX;
    private static final Duration END_DEADLINE = Duration.ofSeconds(10);

    private final List<String> argv;
    private final WorkerJob.Settings settings;

    /** By their hashes. */
    private final Set<String> fatal = ConcurrentHashMap.newKeySet();

    /**
     * @param argv starts a worker
     */
    public WorkerInstaller(List<String> argv, WorkerJob.Settings settings) {
        this.argv = List.copyOf(argv);
        this.settings = settings;
    }

    @Override
    public InstallResult install(Offer whole, ReleaseVersion running, InstallListener listener) {
        Offer offer = whole.withoutShortcuts(file -> fatal.contains(file.sha256Hex()));
        String file = "";
        try (Dialogue worker = Command.converse(argv, LINE_BYTES_MAX)) {
            worker.say(new WorkerJob(offer, running, settings).line());
            while (true) {
                String line = worker.hear();
                if (line == null) {
                    fatal.add(file);
                    return failed(offer, "it ended without a result" + exitCode(worker));
                }
                Message message = Message.of(line.getBytes(StandardCharsets.UTF_8));
                if (message instanceof Message.Ended(var result)) {
                    return result;
                }
                file = file(message).orElse(file);
                pass(message, offer, listener, worker);
            }
        } catch (IOException e) {
            fatal.add(file);
            return failed(offer, String.valueOf(e.getMessage()));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return failed(offer, "it was interrupted");
        }
    }

    /** The file that the worker begins with. */
    private static Optional<String> file(Message message) {
        return switch (message) {
            case Message.Accepted(_, var file) -> Optional.of(file);
            case Message.Continued(var file) -> Optional.of(file);
            case Message.Progressed _,
                    Message.Verifying _,
                    Message.Detoured _,
                    Message.ContentWritten _,
                    Message.Ended _ ->
                    Optional.empty();
        };
    }

    private static void pass(
            Message message, Offer offer, InstallListener listener, Dialogue worker)
            throws IOException {
        try {
            switch (message) {
                case Message.Accepted(var target, var file) ->
                        listener.accepted(target, file(offer, file));
                case Message.Continued(var file) -> listener.continued(file(offer, file));
                case Message.Progressed(var done, var total) -> {
                    listener.progressed(done, total);
                    return;
                }
                case Message.Verifying _ -> listener.verifying();
                case Message.Detoured(var file, var reason, var isLasting) ->
                        listener.detoured(file(offer, file), reason, isLasting);
                case Message.ContentWritten(var fetched) -> listener.contentWritten(fetched);
                case Message.Ended _ -> throw new IllegalStateException("nothing to pass on");
            }
        } catch (IOException e) {
            // The worker's to end with, as it would if it were no other process.
            worker.say(String.valueOf(e.getMessage()).replace('\n', ' '));
            return;
        }
        worker.say(GO_ON);
    }

    private static OfferedFile file(Offer offer, String sha256Hex) throws IOException {
        if (offer.sha256Hex().equals(sha256Hex)) {
            return offer.full();
        }
        return offer.shortcuts().stream()
                .filter(file -> file.sha256Hex().equals(sha256Hex))
                .findFirst()
                .orElseThrow(() -> new IOException("nobody offers the file " + sha256Hex));
    }

    private static String exitCode(Dialogue worker) throws InterruptedException {
        OptionalInt code = worker.waitFor(END_DEADLINE);
        return code.isPresent() ? ", exit code " + code.getAsInt() : " and goes on";
    }

    private static InstallResult failed(Offer offer, String reason) {
        return new InstallResult.Failed(
                ErrorCode.POSTINSTALL_RUNNER,
                "the process that installs %s failed: %s".formatted(offer.version(), reason));
    }
}
