package io.keelson.image.scan;

import io.keelson.image.packages.DebVersion;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What an image has that Debian's security tracker knows of.
 *
 * @param release codename of the Debian release, such as trixie
 * @param suites the suites that the image is locked to
 * @param sources the source packages of the image
 */
public record Scan(String release, List<String> suites, List<SourceBuild> sources) {
    public Scan {
        suites = List.copyOf(suites);
        sources = List.copyOf(sources);
    }

    /**
     * Looks every source package up.
     *
     * @param tracker the tracker's {@code data/json}
     * @return findings by package and name; those that a new lock would fix come first
     */
    public List<Finding> run(Path tracker) throws IOException {
        Map<String, JsonNode> known =
                TrackerFile.read(
                        tracker,
                        sources.stream().map(SourceBuild::trackedName).collect(Collectors.toSet()));
        List<Finding> findings = new ArrayList<>();
        for (SourceBuild source : sources) {
            JsonNode vulnerabilities = known.get(source.trackedName());
            if (vulnerabilities == null) {
                continue;
            }
            vulnerabilities
                    .properties()
                    .forEach(one ->
                            judge(source, one.getKey(), one.getValue()).ifPresent(findings::add));
        }
        findings.sort(
                Comparator.comparing((Finding each) -> !each.isFixable())
                        .thenComparing(each -> each.source().name())
                        .thenComparing(Finding::id));
        return List.copyOf(findings);
    }

    private Optional<Finding> judge(SourceBuild source, String id, JsonNode vulnerability) {
        JsonNode here = vulnerability.path("releases").path(release);
        if (here.isMissingNode()) {
            return Optional.empty();
        }
        return remedy(source, here)
                .map(remedy ->
                        new Finding(
                                id,
                                source,
                                here.path("urgency").asString("unknown"),
                                vulnerability.path("description").asString(""),
                                remedy));
    }

    /** Nothing where the image is not affected. */
    private Optional<Finding.Remedy> remedy(SourceBuild source, JsonNode here) {
        String fixed = here.path("fixed_version").asString("");
        return switch (here.path("status").asString("")) {
            case "resolved" ->
                    fixed.isEmpty() || fixed.equals("0") || !isOlder(source.trackedVersion(), fixed)
                            ? Optional.empty()
                            : Optional.of(whoHas(fixed, here.path("repositories")));
            case "open" -> {
                String why = here.path("nodsa").asString("no advisory yet");
                String reason = here.path("nodsa_reason").asString("");
                yield Optional.of(
                        new Finding.Remedy.None(reason.isEmpty() ? why : why + ", " + reason));
            }
            default -> Optional.of(new Finding.Remedy.Undetermined());
        };
    }

    private Finding.Remedy whoHas(String fixed, JsonNode repositories) {
        for (String suite : suites) {
            JsonNode version = repositories.path(suite);
            if (version.isString() && !isOlder(version.asString(), fixed)) {
                return new Finding.Remedy.InLockedSuite(version.asString(), suite);
            }
        }
        Optional<String> other =
                repositories.properties().stream()
                        .filter(each -> !isOlder(each.getValue().asString(), fixed))
                        .map(Map.Entry::getKey)
                        .sorted()
                        .findFirst();
        return new Finding.Remedy.InOtherRepository(fixed, other);
    }

    private static boolean isOlder(String version, String than) {
        return new DebVersion(version).compareTo(new DebVersion(than)) < 0;
    }
}
