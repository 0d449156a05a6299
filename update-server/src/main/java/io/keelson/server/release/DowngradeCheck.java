package io.keelson.server.release;

import io.keelson.payload.TrustedKeys;
import io.keelson.payload.downgrade.DowngradeStatement;
import io.keelson.payload.downgrade.SignedDowngrade;
import io.keelson.server.api.ApiProblem;

import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

import java.time.Instant;

/**
 * Looks at a statement as hosts will, when it comes in. Hosts look again: this only tells the
 * maintainer at once what they would refuse.
 */
@Component
class DowngradeCheck {
    private final ReleaseStore releases;
    private final TrustedKeys keys;

    DowngradeCheck(ReleaseStore releases, TrustedKeys keys) {
        this.releases = releases;
        this.keys = keys;
    }

    void require(Channel channel, String text, Instant now) {
        SignedDowngrade signed;
        try {
            signed = SignedDowngrade.parse(text);
        } catch (IllegalArgumentException e) {
            throw refused("is unreadable, " + e.getMessage());
        }
        if (!signed.isSignedBy(keys)) {
            throw refused("is not signed with a key this server trusts");
        }
        DowngradeStatement statement = signed.statement();
        String version = statement.to().text();
        StoredRelease release =
                releases.find(version)
                        .filter(StoredRelease::isPublished)
                        .orElseThrow(() ->
                                refused(
                                        "allows release %s, which is not published here"
                                                .formatted(version)));
        var asked =
                new DowngradeStatement.Asked(
                        channel.name(),
                        statement.from().isEmpty() ? statement.to() : statement.from().first(),
                        statement.to(),
                        release.payloadSha256());
        statement
                .objection(asked, now)
                .ifPresent(objection -> {
                    throw refused(objection);
                });
    }

    private static ApiProblem refused(String why) {
        return new ApiProblem(
                HttpStatus.UNPROCESSABLE_CONTENT, "unusable-statement", "the statement " + why);
    }
}
