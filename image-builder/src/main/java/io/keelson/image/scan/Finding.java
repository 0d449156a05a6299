package io.keelson.image.scan;

import java.util.Optional;

/**
 * A vulnerability that the image has, as far as the tracker knows.
 *
 * @param id such as CVE-2026-1234
 * @param urgency the tracker's word for it
 * @param remedy what can be done
 */
public record Finding(
        String id, SourceBuild source, String urgency, String description, Remedy remedy) {

    /** What can be done about a finding. */
    public sealed interface Remedy {
        /** A suite that the image is locked to has a version with the fix: lock again. */
        record InLockedSuite(String version, String suite) implements Remedy {}

        /** There is a fix, but in a repository that the recipe does not name. */
        record InOtherRepository(String version, Optional<String> repository) implements Remedy {}

        /** Debian has no fix for this release. */
        record None(String reason) implements Remedy {}

        /** Nobody has looked yet. */
        record Undetermined() implements Remedy {}
    }

    /** Whether a new version of the package would be free of it. */
    public boolean isFixable() {
        return switch (remedy) {
            case Remedy.InLockedSuite _, Remedy.InOtherRepository _ -> true;
            case Remedy.None _, Remedy.Undetermined _ -> false;
        };
    }

    /** One sentence for people. */
    public String advice() {
        return switch (remedy) {
            case Remedy.InLockedSuite(var version, var suite) ->
                    "fixed in " + version + ", which " + suite + " has: lock again and build";
            case Remedy.InOtherRepository(var version, var repository) ->
                    "fixed in "
                            + version
                            + repository
                                    .map(name ->
                                            ", which "
                                                    + name
                                                    + " has: add that suite to the recipe")
                                    .orElse(", which no suite of this release has yet");
            case Remedy.None(var reason) -> "no fix for this release: " + reason;
            case Remedy.Undetermined() -> "not yet judged by Debian";
        };
    }
}
