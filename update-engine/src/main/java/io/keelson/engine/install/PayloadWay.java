package io.keelson.engine.install;

import io.keelson.disk.boot.ReleaseVersion;
import io.keelson.engine.fetch.FetchException;
import io.keelson.engine.fetch.FileStream;
import io.keelson.engine.fetch.Patience;
import io.keelson.engine.fetch.Traffic;
import io.keelson.engine.server.Downloads;
import io.keelson.engine.slot.SlotException;
import io.keelson.engine.slot.SlotSizes;
import io.keelson.engine.slot.SlotWriter;
import io.keelson.engine.state.Fetched;
import io.keelson.engine.state.FileKind;
import io.keelson.engine.state.OfferedFile;
import io.keelson.omaha.ErrorCode;
import io.keelson.payload.AppliedPayload;
import io.keelson.payload.PayloadError;
import io.keelson.payload.PayloadException;
import io.keelson.payload.PayloadReader;
import io.keelson.payload.PayloadTarget;
import io.keelson.payload.PayloadTargets;
import io.keelson.payload.TrustedKeys;
import io.keelson.payload.VerifiedPayload;
import io.keelson.payload.apply.ApplyPlan;
import io.keelson.payload.apply.PayloadApplier;
import io.keelson.payload.index.ChunkIndex;
import io.keelson.payload.manifest.Capability;
import io.keelson.payload.manifest.Sha256;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The way by one payload: fetch, verify, write and switch, all while it streams in. Nothing on the
 * disk changes before the payload's signature is known to hold and all its claims are acceptable
 * here.
 */
final class PayloadWay {
    /** The words operators and tests look for when a payload is turned away in time. */
    static final String UNTOUCHED = "refused before anything is written to a slot: ";

    /**
     * What is to be installed.
     *
     * @param file the way to it
     * @param full its full payload, which an index is the index of
     * @param tries boots the release gets to prove itself
     */
    record Job(ReleaseVersion version, OfferedFile file, OfferedFile full, Base base, int tries) {
        ReleaseVersion running() {
            return base.running();
        }

        boolean isChunked() {
            return file.kind() == FileKind.CHUNK_INDEX;
        }

        OfferedFile payload() {
            return isChunked() ? full : file;
        }
    }

    /**
     * What it is to be installed beside.
     *
     * @param isNewer by a statement that allows to leave it for an older release
     */
    record Base(ReleaseVersion running, boolean isNewer) {}

    /** Where bytes come from. */
    record Source(Downloads server, Patience patience, Traffic traffic) {
        FileStream open(OfferedFile file) {
            return new FileStream(server, file, 0, patience, traffic);
        }
    }

    private final Job job;
    private final Source source;
    private final Disks disks;
    private final InstallListener listener;
    private final Supplier<Fetched> fetched;
    private boolean isTouched;

    PayloadWay(
            Job job,
            Source source,
            Disks disks,
            InstallListener listener,
            Supplier<Fetched> fetched) {
        this.job = job;
        this.source = source;
        this.disks = disks;
        this.listener = listener;
        this.fetched = fetched;
    }

    WayResult take(TrustedKeys keys) {
        try (FileStream file = source.open(job.payload())) {
            var body = new PayloadStream(file, Sha256.digest());
            try {
                return take(file, body, keys);
            } catch (PayloadException e) {
                return ended(body, e);
            }
        } catch (FetchException e) {
            return unfetched(e);
        } catch (SlotException e) {
            int code = e.outOfSpace() ? ErrorCode.NOT_ENOUGH_SPACE : ErrorCode.INSTALL_DEVICE_OPEN;
            return new WayResult.Stopped(code, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            int code = isTouched ? ErrorCode.POSTINSTALL_RUNNER : ErrorCode.DOWNLOAD_TRANSFER;
            return new WayResult.Stopped(
                    code, "installing " + job.version() + " failed: " + e.getMessage());
        }
    }

    private WayResult take(FileStream file, PayloadStream body, TrustedKeys keys)
            throws IOException {
        VerifiedPayload payload = PayloadReader.open(body, keys, Capability.HOST_AT_MOST);
        String objection = objection(payload);
        if (!objection.isEmpty()) {
            return new WayResult.DeadEnd(
                    ErrorCode.PAYLOAD_VERIFICATION, untouched() + objection, true);
        }
        List<String> lacking = lacking(payload);
        return lacking.isEmpty()
                ? write(payload, file, body)
                : new WayResult.DeadEnd(
                        ErrorCode.PAYLOAD_VERIFICATION,
                        untouched()
                                + "it needs "
                                + String.join(", ", lacking)
                                + ", for which this host has not the memory or the library now",
                        false);
    }

    /** What was there when the server was asked need not be there any more. */
    private List<String> lacking(VerifiedPayload payload) {
        Set<Capability> able = disks.able().get();
        return payload.manifest().capabilities().stream()
                .filter(needed -> !able.contains(needed))
                .map(Capability::text)
                .toList();
    }

    private String objection(VerifiedPayload payload) {
        ReleaseVersion version = payload.releaseVersion();
        if (!version.equals(job.version())) {
            return "the payload holds release %s, offered was %s".formatted(version, job.version());
        }
        return job.base().isNewer() || version.isNewerThan(job.running())
                ? ""
                : "release %s is not newer than the running %s".formatted(version, job.running());
    }

    private WayResult write(VerifiedPayload payload, FileStream file, PayloadStream body)
            throws IOException {
        try (SlotWriter writer = SlotWriter.open(disks.access(), disks.paths(), job.running())) {
            Optional<ReusedBlocks> reused = Optional.empty();
            if (job.isChunked()) {
                try {
                    reused = Optional.of(ReusedBlocks.find(payload, index(payload), writer, file));
                } catch (FetchException e) {
                    throw e;
                } catch (IOException e) {
                    return new WayResult.DeadEnd(
                            ErrorCode.PAYLOAD_VERIFICATION, String.valueOf(e.getMessage()), false);
                }
            }
            writer.requireReady(
                    new SlotSizes(
                            payload.partition("usr").sizeBytes(),
                            payload.partition("uki").sizeBytes()));
            listener.accepted(writer.target(), job.file());
            isTouched = true;
            boolean isResumed = prepare(writer, payload);
            var targets = new PayloadTargets(writer.usr(), PayloadTarget.of(writer.uki()));
            AppliedPayload applied =
                    reused.isPresent()
                            ? reused.get().apply(targets, disks.progress(), listener::progressed)
                            : PayloadApplier.apply(
                                    payload,
                                    plan(targets, writer, payload, file),
                                    listener::progressed);
            listener.verifying();
            // What was fetched before a cut is not hashed again: every operation's data and both
            // partitions have the hashes of the signed manifest (decision 0012).
            if (!isResumed && reused.isEmpty() && body.isOther(job.payload())) {
                return new WayResult.DeadEnd(
                        ErrorCode.PAYLOAD_HASH_MISMATCH,
                        "the payload of " + job.version() + " is not the one announced",
                        false);
            }
            Optional<String> misfit = writer.misfit();
            if (misfit.isPresent()) {
                return new WayResult.DeadEnd(
                        ErrorCode.PAYLOAD_VERIFICATION,
                        "release %s is not for this host: %s"
                                .formatted(applied.version(), misfit.get()),
                        true);
            }
            writer.writeTree(applied.tree());
            listener.contentWritten(fetched.get());
            writer.nameSlot(applied.version(), applied.rootHash());
            writer.publishEntry(applied.version(), job.tries());
            if (job.base().isNewer()) {
                writer.giveWay();
            }
            disks.progress().clear();
            return new WayResult.Arrived(fetched.get());
        }
    }

    /** Whether what an earlier try has written of this very payload is kept. */
    private boolean prepare(SlotWriter writer, VerifiedPayload payload) throws IOException {
        if (PayloadApplier.continues(payload, disks.progress())) {
            listener.continued(job.file());
            writer.reopen();
            return true;
        }
        disks.progress().clear();
        writer.clear();
        return false;
    }

    private ChunkIndex index(VerifiedPayload payload) throws IOException {
        try (FileStream in = source.open(job.file())) {
            return ChunkIndex.read(in, payload.manifest());
        }
    }

    private ApplyPlan plan(
            PayloadTargets targets, SlotWriter writer, VerifiedPayload payload, FileStream file)
            throws IOException {
        ApplyPlan plan =
                ApplyPlan.to(targets)
                        .resuming(disks.progress(), offset -> passingOver(file, offset));
        var usr = payload.partition("usr").source();
        return usr.isEmpty() ? plan : plan.from(writer.running(usr.get().sizeBytes()));
    }

    /** The rest of the file; what is passed over came before a cut. */
    private InputStream passingOver(FileStream file, long offset) throws IOException {
        source.traffic().add(offset - file.position());
        file.seek(offset);
        return file;
    }

    private WayResult ended(PayloadStream body, PayloadException e) throws IOException {
        if (e.getCause() instanceof FetchException cause) {
            return unfetched(cause);
        }
        if (e.error() == PayloadError.DOWNLOAD_WRITE) {
            return new WayResult.Stopped(e.errorCode(), e.getMessage());
        }
        if (!isFinal(e.error())) {
            boolean isUseless = job.file().kind() == FileKind.DELTA && isUnfit(e.error());
            return new WayResult.DeadEnd(e.errorCode(), e.getMessage(), isUseless);
        }
        // A bit that was turned on the way looks like a foreign signature. Only the file that was
        // announced, byte for byte, is worth remembering as bad.
        body.drain();
        return body.isOther(job.payload())
                ? new WayResult.DeadEnd(
                        ErrorCode.PAYLOAD_HASH_MISMATCH,
                        "the payload of %s was damaged on the way: %s"
                                .formatted(job.version(), e.getMessage()),
                        false)
                : new WayResult.DeadEnd(e.errorCode(), untouched() + e.getMessage(), true);
    }

    private String untouched() {
        return isTouched ? "" : UNTOUCHED;
    }

    private static WayResult unfetched(FetchException e) {
        String reason = String.valueOf(e.getMessage());
        return switch (e.problem()) {
            case UNREACHABLE -> new WayResult.Stopped(e.errorCode(), reason);
            case NOT_THERE -> new WayResult.DeadEnd(e.errorCode(), reason, false);
        };
    }

    /** Whether a delta, whose data came as signed, does not do here what it was made for. */
    private static boolean isUnfit(PayloadError error) {
        return error == PayloadError.SOURCE_MISMATCH
                || error == PayloadError.OPERATION_EXECUTION
                || error == PayloadError.NEW_ROOTFS_VERIFICATION
                || error == PayloadError.NEW_KERNEL_VERIFICATION;
    }

    /**
     * Whether the payload itself is at fault: its signer, or what was signed. Anything else may be
     * the way it came, and must not keep the true payload away for ever.
     */
    private static boolean isFinal(PayloadError error) {
        return switch (error) {
            case PAYLOAD_PUBLIC_KEY_VERIFICATION,
                    METADATA_SIGNATURE_MISMATCH,
                    METADATA_SIGNATURE_MISSING,
                    SIGNATURE_MISSING_IN_MANIFEST,
                    MANIFEST_PARSE,
                    OPERATION_HASH_MISSING,
                    UNSUPPORTED_MINOR_VERSION ->
                    true;
            case DOWNLOAD_TRANSFER,
                    DOWNLOAD_WRITE,
                    PAYLOAD_SIZE_MISMATCH,
                    NEW_ROOTFS_VERIFICATION,
                    NEW_KERNEL_VERIFICATION,
                    SOURCE_MISMATCH,
                    INVALID_METADATA_MAGIC,
                    METADATA_SIGNATURE_ERROR,
                    OPERATION_EXECUTION,
                    OPERATION_HASH_MISMATCH,
                    INVALID_METADATA_SIZE,
                    UNSUPPORTED_MAJOR_VERSION ->
                    false;
        };
    }
}
