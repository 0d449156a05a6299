package io.keelson.engine.health;

import io.keelson.engine.health.plan.Level;
import io.keelson.engine.json.JsonObject;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What the health gate decided about one boot.
 *
 * @param log an excerpt of the journal, for a boot that is not well
 */
public record Verdict(
        String bootId,
        String version,
        boolean isHealthy,
        List<Finding> findings,
        Instant at,
        List<String> log) {
    private static final int ACCOUNT_CHARACTERS_MAX = 900;

    /** The last result of one check; the detail is empty for a passed one. */
    public record Finding(String check, Level level, boolean isPassed, String detail) {
        public Finding(String check, boolean isPassed, String detail) {
            this(check, Level.HARD, isPassed, detail);
        }
    }

    public Verdict {
        findings = List.copyOf(findings);
        log = List.copyOf(log);
    }

    public Verdict(
            String bootId, String version, boolean isHealthy, List<Finding> findings, Instant at) {
        this(bootId, version, isHealthy, findings, at, List.of());
    }

    Verdict withLog(List<String> lines) {
        return new Verdict(bootId, version, isHealthy, findings, at, lines);
    }

    /** Everything that was not well and counts, in one line. */
    public String reason() {
        return failed(Level.HARD);
    }

    /** Everything that was not well and does not count, in one line. */
    public String warnings() {
        return failed(Level.SOFT);
    }

    private String failed(Level level) {
        return findings.stream()
                .filter(finding -> !finding.isPassed() && finding.level() == level)
                .map(finding -> finding.check() + ": " + finding.detail())
                .collect(Collectors.joining("; "));
    }

    /** The reason and the end of the log, for somebody who cannot look at the host. */
    public String account() {
        String reason = reason();
        String lines = String.join(" | ", log);
        int room = ACCOUNT_CHARACTERS_MAX - reason.length();
        if (lines.isEmpty() || room <= 0) {
            return reason;
        }
        boolean isCut = lines.length() > room;
        return reason + "; log: " + (isCut ? "…" + lines.substring(lines.length() - room) : lines);
    }

    /** The verdict's form in its file and on the control socket. */
    public JsonObject toJson() {
        var checks = new ArrayList<JsonObject>();
        for (Finding finding : findings) {
            checks.add(
                    JsonObject.empty()
                            .with("check", finding.check())
                            .with("level", finding.level().text())
                            .with("passed", finding.isPassed())
                            .with("detail", finding.detail()));
        }
        return JsonObject.empty()
                .with("bootId", bootId)
                .with("version", version)
                .with("healthy", isHealthy)
                .with("checks", checks)
                .with("at", at)
                .with("log", log);
    }

    static Verdict fromJson(JsonObject json) throws IOException {
        var findings = new ArrayList<Finding>();
        for (JsonObject check : json.objects("checks")) {
            findings.add(
                    new Finding(
                            check.text("check"),
                            Level.of(check.optionalText("level").orElse("")),
                            check.flag("passed"),
                            check.text("detail")));
        }
        return new Verdict(
                json.text("bootId"),
                json.text("version"),
                json.flag("healthy"),
                findings,
                json.time("at").orElse(Instant.EPOCH),
                json.texts("log"));
    }
}
