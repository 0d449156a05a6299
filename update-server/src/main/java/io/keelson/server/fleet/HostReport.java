package io.keelson.server.fleet;

import io.keelson.omaha.RequestApp;

import java.util.List;
import java.util.regex.Pattern;

/**
 * What a host says about itself in every request; texts are cut to what the database holds.
 *
 * @param alias what its administrator calls it, or empty
 * @param previousVersion the release it ran before the present one, or empty
 * @param abilities what it can do beyond full payloads
 */
record HostReport(
        String bootId,
        String alias,
        String version,
        String previousVersion,
        String track,
        String board,
        String oem,
        String alephVersion,
        RequestApp.Abilities abilities) {
    static final int CHARACTERS_MAX = 64;
    private static final int CAPABILITIES_CHARACTERS_MAX = 256;
    private static final Pattern ROOT_HASH = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern CAPABILITY = Pattern.compile("[a-z0-9._-]{1,32}");

    static HostReport of(RequestApp app, String previousVersion) {
        return new HostReport(
                bare(app.bootId()),
                cut(app.labels().machineAlias()),
                cut(app.version()),
                previousVersion,
                cut(app.track()),
                cut(app.board()),
                cut(app.oem()),
                cut(app.alephVersion()),
                abilities(app.abilities()));
    }

    /** Only what has the form; a host that says more than there is room for has said nothing. */
    private static RequestApp.Abilities abilities(RequestApp.Abilities said) {
        List<String> words =
                said.capabilities().stream()
                        .filter(word -> CAPABILITY.matcher(word).matches())
                        .distinct()
                        .toList();
        boolean isTooLong = String.join(" ", words).length() > CAPABILITIES_CHARACTERS_MAX;
        String rootHash = ROOT_HASH.matcher(said.rootHash()).matches() ? said.rootHash() : "";
        return new RequestApp.Abilities(rootHash, isTooLong ? List.of() : words);
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
