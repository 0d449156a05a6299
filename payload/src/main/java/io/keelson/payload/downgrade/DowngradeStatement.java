package io.keelson.payload.downgrade;

import io.keelson.disk.boot.ReleaseVersion;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Collection;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * "Hosts of this channel may go to this older release, for a while."
 *
 * @param from the releases hosts may come from; empty for any
 * @param payloadSha256Hex of the full payload of {@code to}, the only one that is meant
 * @param issued with whole seconds, as {@code until}
 * @param until the last moment it is good for
 */
public record DowngradeStatement(
        String channel,
        SortedSet<ReleaseVersion> from,
        ReleaseVersion to,
        String payloadSha256Hex,
        Instant issued,
        Instant until) {
    /** What a host announces that goes by such statements. */
    public static final String ABILITY = "signed-downgrade";

    /** Who finds it in a log after that finds nothing to replay. */
    public static final Duration VALIDITY_MAX = Duration.ofDays(31);

    /** How far apart the clocks of signer and host may be. */
    private static final Duration SKEW_MAX = Duration.ofHours(1);

    private static final int FROM_MAX = 64;

    /** No payload's metadata begins with this: those begin with CrAU. */
    private static final String FIRST_LINE = "keelson downgrade 1";

    private static final String ANY = "any";

    /** A host that is offered an older release. */
    public record Asked(
            String channel, ReleaseVersion running, ReleaseVersion to, String payloadSha256Hex) {}

    public DowngradeStatement {
        if (!channel.matches("[0-9A-Za-z][0-9A-Za-z._-]{0,63}")) {
            throw new IllegalArgumentException("not a channel: \"" + channel + "\"");
        }
        if (!payloadSha256Hex.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("not a SHA-256: \"" + payloadSha256Hex + "\"");
        }
        if (from.size() > FROM_MAX) {
            throw new IllegalArgumentException(
                    "at most " + FROM_MAX + " releases can be named to come from; say any");
        }
        from = Collections.unmodifiableSortedSet(new TreeSet<>(from));
        Duration validity = Duration.between(issued, until);
        if (!validity.isPositive() || validity.compareTo(VALIDITY_MAX) > 0) {
            throw new IllegalArgumentException(
                    "valid from %s until %s; more than nothing and at most %d days are accepted"
                            .formatted(issued, until, VALIDITY_MAX.toDays()));
        }
    }

    /** Why it does not allow what is asked, if it does not. */
    public Optional<String> objection(Asked asked, Instant now) {
        if (!channel.equals(asked.channel())) {
            return Optional.of("is for channel %s, not %s".formatted(channel, asked.channel()));
        }
        if (!to.equals(asked.to())) {
            return Optional.of("allows release %s, not %s".formatted(to, asked.to()));
        }
        if (!payloadSha256Hex.equals(asked.payloadSha256Hex())) {
            return Optional.of("names another payload of " + to + " than the one on offer");
        }
        if (!from.isEmpty() && !from.contains(asked.running())) {
            return Optional.of("is for hosts on %s, not on %s".formatted(names(), asked.running()));
        }
        if (now.isAfter(until)) {
            return Optional.of("was good until " + until);
        }
        if (now.isBefore(issued.minus(SKEW_MAX))) {
            return Optional.of("was issued at %s, when it is %s here".formatted(issued, now));
        }
        return Optional.empty();
    }

    private String names() {
        return from.isEmpty()
                ? ANY
                : String.join(" ", from.stream().map(ReleaseVersion::text).toList());
    }

    /** What is signed. */
    public byte[] bytes() {
        return text().getBytes(StandardCharsets.UTF_8);
    }

    /** The lines that are signed, byte by byte as they are here. */
    String text() {
        return String.join(
                "\n",
                FIRST_LINE,
                "channel: " + channel,
                "from: " + names(),
                "to: " + to,
                "payload-sha256: " + payloadSha256Hex,
                "issued: " + issued,
                "until: " + until,
                "");
    }

    /** The statement with exactly this text; anything else of the same meaning is refused. */
    static DowngradeStatement parse(String text) {
        String[] lines = text.split("\n", -1);
        if (lines.length != 8 || !lines[0].equals(FIRST_LINE)) {
            throw new IllegalArgumentException("it does not begin as \"" + FIRST_LINE + "\" does");
        }
        try {
            var statement =
                    new DowngradeStatement(
                            value(lines[1], "channel: "),
                            from(value(lines[2], "from: ")),
                            new ReleaseVersion(value(lines[3], "to: ")),
                            value(lines[4], "payload-sha256: "),
                            Instant.parse(value(lines[5], "issued: ")),
                            Instant.parse(value(lines[6], "until: ")));
            if (!statement.text().equals(text)) {
                throw new IllegalArgumentException("it is not in the one form there is");
            }
            return statement;
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("not a time: " + e.getParsedString(), e);
        }
    }

    private static SortedSet<ReleaseVersion> from(String text) {
        var versions = new TreeSet<ReleaseVersion>();
        if (!text.equals(ANY)) {
            for (String version : text.split(" ", -1)) {
                versions.add(new ReleaseVersion(version));
            }
        }
        return versions;
    }

    /** The releases of these names, none for any. */
    public static SortedSet<ReleaseVersion> from(Collection<String> versions) {
        var releases = new TreeSet<ReleaseVersion>();
        versions.forEach(version -> releases.add(new ReleaseVersion(version)));
        return releases;
    }

    private static String value(String line, String key) {
        if (!line.startsWith(key)) {
            throw new IllegalArgumentException("no \"" + key.strip() + "\" in \"" + line + "\"");
        }
        return line.substring(key.length());
    }
}
