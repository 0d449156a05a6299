package io.keelson.engine.health;

import io.keelson.engine.json.JsonObject;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What the health gate decided about one boot. */
public record Verdict(
        String bootId, String version, boolean isHealthy, List<Finding> findings, Instant at) {
    /** The last result of one check; the detail is empty for a passed one. */
    public record Finding(String check, boolean isPassed, String detail) {}

    public Verdict {
        findings = List.copyOf(findings);
    }

    /** Everything that was not well, in one line. */
    public String reason() {
        return findings.stream()
                .filter(finding -> !finding.isPassed())
                .map(finding -> finding.check() + ": " + finding.detail())
                .collect(Collectors.joining("; "));
    }

    /** The verdict's form in its file and on the control socket. */
    public JsonObject toJson() {
        var checks = new ArrayList<JsonObject>();
        for (Finding finding : findings) {
            checks.add(
                    JsonObject.empty()
                            .with("check", finding.check())
                            .with("passed", finding.isPassed())
                            .with("detail", finding.detail()));
        }
        return JsonObject.empty()
                .with("bootId", bootId)
                .with("version", version)
                .with("healthy", isHealthy)
                .with("checks", checks)
                .with("at", at);
    }

    static Verdict fromJson(JsonObject json) throws IOException {
        var findings = new ArrayList<Finding>();
        for (JsonObject check : json.objects("checks")) {
            findings.add(
                    new Finding(check.text("check"), check.flag("passed"), check.text("detail")));
        }
        return new Verdict(
                json.text("bootId"),
                json.text("version"),
                json.flag("healthy"),
                findings,
                json.time("at").orElse(Instant.EPOCH));
    }
}
