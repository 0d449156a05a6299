package io.keelson.engine.install;

import io.keelson.disk.boot.ReleaseVersion;
import io.keelson.engine.state.Offer;

/** Brings a release from the server into the idle slot. */
@FunctionalInterface
public interface OfferInstaller {
    /**
     * Installs an offer over the idle slot of a host that runs {@code running}. Where the listener
     * fails, the installation ends there.
     */
    InstallResult install(Offer offer, ReleaseVersion running, InstallListener listener);
}
