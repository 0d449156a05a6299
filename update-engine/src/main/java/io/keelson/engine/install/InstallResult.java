package io.keelson.engine.install;

import io.keelson.engine.state.Fetched;

/** How the installation of an offer ended; error codes are update_engine's. */
public sealed interface InstallResult {
    /** The next boot is the new release's. */
    record Installed(Fetched fetched) implements InstallResult {}

    /** This payload will never be acceptable, wherever it comes from. */
    record Refused(int errorCode, String reason) implements InstallResult {}

    /** It may work another time. */
    record Failed(int errorCode, String reason) implements InstallResult {}
}
