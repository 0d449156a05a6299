package io.keelson.engine.agent;

import io.keelson.disk.boot.ReleaseVersion;
import io.keelson.engine.server.Download;
import io.keelson.engine.server.HttpStatusException;
import io.keelson.engine.server.UpdateServer;
import io.keelson.engine.slot.DiskAccess;
import io.keelson.engine.slot.DiskPaths;
import io.keelson.engine.slot.SlotException;
import io.keelson.engine.slot.SlotSizes;
import io.keelson.engine.slot.SlotWriter;
import io.keelson.engine.state.Offer;
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
import io.keelson.payload.manifest.Sha256;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;

/**
 * Brings a release from the server into the idle slot: fetch, verify, write and switch, all while
 * the payload streams in. Nothing on the disk changes before the payload's signature is known to
 * hold and all its claims are acceptable here.
 */
public final class Installer {
    /** The words operators and tests look for when a payload is turned away in time. */
    static final String UNTOUCHED = "refused before anything is written to a slot: ";

    private final UpdateServer server;
    private final DiskAccess access;
    private final DiskPaths paths;
    private final Path trustedKeys;
    private final int tries;

    /**
     * @param trustedKeys directory of the public keys payloads must be signed with
     * @param tries boots a new release gets to prove itself
     */
    public Installer(
            UpdateServer server, DiskAccess access, DiskPaths paths, Path trustedKeys, int tries) {
        this.server = server;
        this.access = access;
        this.paths = paths;
        this.trustedKeys = trustedKeys;
        this.tries = tries;
    }

    /** Installs an offer over the idle slot of a host that runs {@code running}. */
    InstallResult install(Offer offer, ReleaseVersion running, InstallListener listener) {
        var attempt = new Attempt(offer, running, listener);
        try {
            return attempt.run();
        } catch (PayloadException e) {
            return attempt.failed(e);
        } catch (HttpStatusException e) {
            return new InstallResult.Failed(
                    ErrorCode.HTTP_STATUS_BASE + e.status(), String.valueOf(e.getMessage()));
        } catch (SlotException e) {
            int code = e.outOfSpace() ? ErrorCode.NOT_ENOUGH_SPACE : ErrorCode.INSTALL_DEVICE_OPEN;
            return new InstallResult.Failed(code, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            int code =
                    attempt.isTouched ? ErrorCode.POSTINSTALL_RUNNER : ErrorCode.DOWNLOAD_TRANSFER;
            return new InstallResult.Failed(
                    code, "installing " + offer.version() + " failed: " + e.getMessage());
        }
    }

    private Download reach(Offer offer) throws IOException {
        IOException unreachable = new IOException("no source of " + offer.version() + " answers");
        for (URI source : offer.sources()) {
            try {
                return server.download(source);
            } catch (IOException e) {
                e.addSuppressed(unreachable);
                unreachable = e;
            }
        }
        throw unreachable;
    }

    /** One installation; remembers whether it has changed the disk yet. */
    private final class Attempt {
        private final Offer offer;
        private final ReleaseVersion running;
        private final InstallListener listener;
        private boolean isTouched;

        Attempt(Offer offer, ReleaseVersion running, InstallListener listener) {
            this.offer = offer;
            this.running = running;
            this.listener = listener;
        }

        InstallResult run() throws IOException {
            TrustedKeys keys;
            try {
                keys = TrustedKeys.load(trustedKeys);
            } catch (PayloadException e) {
                return new InstallResult.Failed(e.errorCode(), String.valueOf(e.getMessage()));
            }
            try (Download download = reach(offer)) {
                long length = download.lengthBytes();
                if (length >= 0 && length != offer.sizeBytes()) {
                    return new InstallResult.Failed(
                            ErrorCode.PAYLOAD_SIZE_MISMATCH,
                            "the server sends %d bytes for %s and announced %d"
                                    .formatted(length, offer.version(), offer.sizeBytes()));
                }
                var body = new PayloadStream(download.body(), offer.sizeBytes(), Sha256.digest());
                VerifiedPayload payload = PayloadReader.open(body, keys);
                String objection = objection(payload);
                if (!objection.isEmpty()) {
                    return new InstallResult.Refused(
                            ErrorCode.PAYLOAD_VERIFICATION, UNTOUCHED + objection);
                }
                return write(payload, body);
            }
        }

        private String objection(VerifiedPayload payload) {
            ReleaseVersion version = payload.releaseVersion();
            if (!version.equals(offer.version())) {
                return "the payload holds release %s, offered was %s"
                        .formatted(version, offer.version());
            }
            return version.isNewerThan(running)
                    ? ""
                    : "release %s is not newer than the running %s".formatted(version, running);
        }

        private InstallResult write(VerifiedPayload payload, PayloadStream body)
                throws IOException {
            try (SlotWriter writer = SlotWriter.open(access, paths, running)) {
                writer.requireReady(
                        new SlotSizes(
                                payload.partition("usr").sizeBytes(),
                                payload.partition("uki").sizeBytes()));
                listener.accepted(writer);
                isTouched = true;
                writer.clear();
                var targets = new PayloadTargets(writer.usr(), PayloadTarget.of(writer.uki()));
                AppliedPayload applied =
                        PayloadApplier.apply(payload, ApplyPlan.to(targets), listener::progressed);
                if (body.count() != offer.sizeBytes()
                        || !body.sha256Hex().equals(offer.sha256Hex())) {
                    return new InstallResult.Failed(
                            ErrorCode.PAYLOAD_HASH_MISMATCH,
                            "the payload of " + offer.version() + " is not the one announced");
                }
                writer.writeTree(applied.tree());
                listener.contentWritten();
                writer.nameSlot(applied.version(), applied.rootHash());
                writer.publishEntry(applied.version(), tries);
                return new InstallResult.Installed();
            }
        }

        InstallResult failed(PayloadException e) {
            String prefix = isTouched ? "" : UNTOUCHED;
            return isFinal(e.error())
                    ? new InstallResult.Refused(e.errorCode(), prefix + e.getMessage())
                    : new InstallResult.Failed(e.errorCode(), e.getMessage());
        }

        /**
         * Whether the payload itself is at fault: its signer, or what was signed. Anything else may
         * be the way it came, and must not keep the true payload away for ever.
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
}
