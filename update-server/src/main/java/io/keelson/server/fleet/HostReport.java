package io.keelson.server.fleet;

import io.keelson.omaha.RequestApp;

/**
 * What a host says about itself in every request; texts are cut to what the database holds.
 *
 * @param previousVersion the release it ran before the present one, or empty
 */
record HostReport(
        String bootId,
        String version,
        String previousVersion,
        String track,
        String board,
        String oem,
        String alephVersion) {
    static final int CHARACTERS_MAX = 64;

    static HostReport of(RequestApp app, String previousVersion) {
        return new HostReport(
                bare(app.bootId()),
                cut(app.version()),
                previousVersion,
                cut(app.track()),
                cut(app.board()),
                cut(app.oem()),
                cut(app.alephVersion()));
    }

    /** An id without the braces that update_engine puts around it. */
    static String bare(String id) {
        boolean braces = id.length() > 1 && id.startsWith("{") && id.endsWith("}");
        return cut(braces ? id.substring(1, id.length() - 1) : id);
    }

    static String cut(String text) {
        return text.length() <= CHARACTERS_MAX ? text : text.substring(0, CHARACTERS_MAX);
    }
}
