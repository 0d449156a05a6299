package io.keelson.image.evidence;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A package's debian/copyright in the machine-readable form (DEP-5, "Machine-readable
 * debian/copyright file", version 1.0). About two thirds of packages have it; the rest are prose.
 */
final class CopyrightFile {
    private static final Pattern FORMAT =
            Pattern.compile("\\s*Format(-Specification)?:[^\\n]*(copyright-format|dep5)[^\\n]*");
    private static final Pattern LICENSE = Pattern.compile("(?m)^License:[ \\t]*(\\S[^\\n]*)$");

    /** Names of DEP-5 that SPDX spells otherwise. */
    private static final Map<String, String> SPDX =
            Map.ofEntries(
                    Map.entry("Apache-2", "Apache-2.0"),
                    Map.entry("Apache-2.0", "Apache-2.0"),
                    Map.entry("Artistic", "Artistic-1.0-Perl"),
                    Map.entry("Artistic-2.0", "Artistic-2.0"),
                    Map.entry("BSD-2-clause", "BSD-2-Clause"),
                    Map.entry("BSD-3-clause", "BSD-3-Clause"),
                    Map.entry("BSD-4-clause", "BSD-4-Clause"),
                    Map.entry("BSL-1.0", "BSL-1.0"),
                    Map.entry("CC0-1.0", "CC0-1.0"),
                    Map.entry("Expat", "MIT"),
                    Map.entry("GPL-1", "GPL-1.0-only"),
                    Map.entry("GPL-1+", "GPL-1.0-or-later"),
                    Map.entry("GPL-2", "GPL-2.0-only"),
                    Map.entry("GPL-2+", "GPL-2.0-or-later"),
                    Map.entry("GPL-2.0", "GPL-2.0-only"),
                    Map.entry("GPL-2.0+", "GPL-2.0-or-later"),
                    Map.entry("GPL-3", "GPL-3.0-only"),
                    Map.entry("GPL-3+", "GPL-3.0-or-later"),
                    Map.entry("GPL-3.0+", "GPL-3.0-or-later"),
                    Map.entry("ISC", "ISC"),
                    Map.entry("LGPL-2", "LGPL-2.0-only"),
                    Map.entry("LGPL-2+", "LGPL-2.0-or-later"),
                    Map.entry("LGPL-2.1", "LGPL-2.1-only"),
                    Map.entry("LGPL-2.1+", "LGPL-2.1-or-later"),
                    Map.entry("LGPL-3", "LGPL-3.0-only"),
                    Map.entry("LGPL-3+", "LGPL-3.0-or-later"),
                    Map.entry("MPL-2.0", "MPL-2.0"),
                    Map.entry("Zlib", "Zlib"));

    private CopyrightFile() {}

    /** The licences it names, each once, in order; none when it is prose. */
    static List<String> licences(String text) {
        if (!FORMAT.matcher(text).lookingAt()) {
            return List.of();
        }
        return LICENSE.matcher(text)
                .results()
                .map(match -> match.group(1).strip())
                .distinct()
                .sorted()
                .toList();
    }

    /** The SPDX identifier of a licence, or nothing where there is none or it is an expression. */
    static Optional<String> spdx(String licence) {
        return Optional.ofNullable(SPDX.get(licence));
    }

    /** A {@code Source} field: a name, and a version where it is another than the package's. */
    static PackageFacts.Source source(String field, String packageVersion) {
        Matcher parts = Pattern.compile("(\\S+)(?:\\s+\\((\\S+)\\))?").matcher(field.strip());
        if (!parts.matches()) {
            throw new IllegalArgumentException("not a Source field: " + field);
        }
        String version = parts.group(2);
        return new PackageFacts.Source(parts.group(1), version == null ? packageVersion : version);
    }
}
