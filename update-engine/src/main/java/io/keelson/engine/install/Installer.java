package io.keelson.engine.install;

import io.keelson.disk.boot.ReleaseVersion;
import io.keelson.engine.fetch.Patience;
import io.keelson.engine.fetch.Traffic;
import io.keelson.engine.server.Downloads;
import io.keelson.engine.state.Fetched;
import io.keelson.engine.state.Offer;
import io.keelson.engine.state.OfferedFile;
import io.keelson.omaha.ErrorCode;
import io.keelson.payload.PayloadException;
import io.keelson.payload.TrustedKeys;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Brings a release from the server into the idle slot by the cheapest of the ways it is offered in:
 * a delta from the running release, then the chunks that are missing here, then the full payload.
 * Each way is taken at most once. A way that cannot lead there is left with one sentence; a server
 * that is gone ends the installation, because the other ways begin at the same server.
 */
public final class Installer implements OfferInstaller {
    private final Downloads server;
    private final Patience patience;
    private final Disks disks;
    private final int tries;

    /**
     * @param tries boots a new release gets to prove itself
     */
    public Installer(Downloads server, Patience patience, Disks disks, int tries) {
        this.server = server;
        this.patience = patience;
        this.disks = disks;
        this.tries = tries;
    }

    @Override
    public InstallResult install(Offer offer, ReleaseVersion running, InstallListener listener) {
        var installation = new Installation(offer, running, listener);
        try {
            return installation.run();
        } catch (IOException e) {
            return new InstallResult.Failed(
                    ErrorCode.POSTINSTALL_RUNNER,
                    "installing " + offer.version() + " failed: " + e.getMessage());
        }
    }

    /** One installation, by one way after the other. */
    private final class Installation {
        private final Offer offer;
        private final ReleaseVersion running;
        private final InstallListener listener;
        private final Traffic traffic = new Traffic();
        private final List<String> detours = new ArrayList<>();

        Installation(Offer offer, ReleaseVersion running, InstallListener listener) {
            this.offer = offer;
            this.running = running;
            this.listener = listener;
        }

        InstallResult run() throws IOException {
            TrustedKeys keys;
            try {
                keys = TrustedKeys.load(disks.trustedKeys());
            } catch (PayloadException e) {
                return new InstallResult.Failed(e.errorCode(), e.getMessage());
            }
            for (OfferedFile file : Shortcuts.worthTrying(offer)) {
                WayResult result = way(file).take(keys);
                if (!(result instanceof WayResult.DeadEnd deadEnd)) {
                    return end(result);
                }
                disks.progress().clear();
                detours.add("the %s: %s".formatted(file.kind().label(), deadEnd.reason()));
                listener.detoured(file, deadEnd.reason(), deadEnd.isLasting());
            }
            return end(way(offer.full()).take(keys));
        }

        private static InstallResult end(WayResult result) {
            return switch (result) {
                case WayResult.Arrived(var fetched) -> new InstallResult.Installed(fetched);
                case WayResult.DeadEnd(var code, var reason, var isLasting) ->
                        isLasting
                                ? new InstallResult.Refused(code, reason)
                                : new InstallResult.Failed(code, reason);
                case WayResult.Stopped(var code, var reason) ->
                        new InstallResult.Failed(code, reason);
            };
        }

        private PayloadWay way(OfferedFile file) {
            return new PayloadWay(
                    new PayloadWay.Job(
                            offer.version(),
                            file,
                            offer.full(),
                            new PayloadWay.Base(running, isDowngrade()),
                            tries),
                    new PayloadWay.Source(server, patience, traffic),
                    disks,
                    listener,
                    () -> fetched(file));
        }

        /** Whether it is one was judged before it came here. */
        private boolean isDowngrade() {
            return offer.downgrade().isPresent() && running.isNewerThan(offer.version());
        }

        private Fetched fetched(OfferedFile file) {
            return new Fetched(
                    file.kind(), traffic.bytes(), offer.sizeBytes(), String.join("; ", detours));
        }
    }
}
