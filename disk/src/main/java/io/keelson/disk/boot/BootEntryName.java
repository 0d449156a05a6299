package io.keelson.disk.boot;

import java.util.Comparator;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The file name of a unified kernel image in {@code /EFI/Linux}: {@code os_version.efi}, {@code
 * os_version+LEFT.efi} or {@code os_version+LEFT-DONE.efi} (systemd.io, Automatic Boot Assessment).
 *
 * <p>The order is systemd-boot's for entries of one os: what comes first is what it boots by
 * default. An entry without tries left comes after all others.
 */
public record BootEntryName(
        String os, ReleaseVersion version, OptionalInt triesLeft, OptionalInt triesDone)
        implements Comparable<BootEntryName> {
    /** A counter's digits: systemd-boot stops reading numbers that overflow. */
    private static final Pattern GRAMMAR =
            Pattern.compile(
                    "([A-Za-z0-9.-]{1,32})_([0-9A-Za-z.~-]{1,28})(?:\\+([0-9]{1,4})(?:-([0-9]{1,4}))?)?\\.efi");

    private static final Comparator<BootEntryName> ORDER =
            Comparator.comparing(BootEntryName::isExhausted)
                    .thenComparing(BootEntryName::os)
                    .thenComparing(BootEntryName::version, Comparator.reverseOrder())
                    // Same version twice: more tries left, then fewer tries used.
                    .thenComparing(
                            entry -> entry.triesLeft.orElse(Integer.MAX_VALUE),
                            Comparator.reverseOrder())
                    .thenComparingInt(entry -> entry.triesDone.orElse(0));

    public BootEntryName {
        if (triesLeft.isEmpty() && triesDone.isPresent()) {
            throw new IllegalArgumentException("tries done without tries left: " + os);
        }
    }

    /** An entry that is not on trial. */
    public static BootEntryName of(String os, ReleaseVersion version) {
        return new BootEntryName(os, version, OptionalInt.empty(), OptionalInt.empty());
    }

    /** Empty for names that are not in this grammar, such as a foreign loader's. */
    public static Optional<BootEntryName> parse(String fileName) {
        Matcher matcher = GRAMMAR.matcher(fileName);
        return matcher.matches()
                ? Optional.of(
                        new BootEntryName(
                                matcher.group(1),
                                new ReleaseVersion(matcher.group(2)),
                                counter(matcher, 3),
                                counter(matcher, 4)))
                : Optional.empty();
    }

    private static OptionalInt counter(Matcher matcher, int group) {
        String digits = matcher.group(group);
        return digits == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(digits));
    }

    public String fileName() {
        StringBuilder name = new StringBuilder(os).append('_').append(version.text());
        triesLeft.ifPresent(left -> name.append('+').append(left));
        triesDone.ifPresent(done -> name.append('-').append(done));
        return name.append(".efi").toString();
    }

    /** The same release with this many tries and none used. */
    public BootEntryName withTries(int left) {
        return new BootEntryName(os, version, OptionalInt.of(left), OptionalInt.empty());
    }

    /** The same release without a counter: known to be good. */
    public BootEntryName withoutTries() {
        return of(os, version);
    }

    /** Whether the entry is on trial: it has a counter. */
    public boolean isOnTrial() {
        return triesLeft.isPresent();
    }

    /** Whether systemd-boot counts the entry as bad. */
    public boolean isExhausted() {
        return triesLeft.isPresent() && triesLeft.getAsInt() == 0;
    }

    @Override
    public int compareTo(BootEntryName other) {
        return ORDER.compare(this, other);
    }
}
