package io.keelson.qemu.guest;

import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Fails a scenario for what its console shows, even when its assertions hold; a scenario that wants
 * trouble says which.
 */
public final class ConsoleGate {
    private final Set<Symptom> expected;
    private final List<Pattern> expectedLines;

    private ConsoleGate(Set<Symptom> expected, List<Pattern> expectedLines) {
        this.expected = Set.copyOf(expected);
        this.expectedLines = List.copyOf(expectedLines);
    }

    /** One line that shows trouble. */
    public record Finding(Symptom symptom, String line) {}

    /** A gate that lets nothing pass. */
    public static ConsoleGate strict() {
        return new ConsoleGate(Set.of(), List.of());
    }

    /** A gate for a scenario that provokes this symptom. */
    public ConsoleGate expecting(Symptom symptom) {
        return new ConsoleGate(
                Stream.concat(expected.stream(), Stream.of(symptom)).collect(Collectors.toSet()),
                expectedLines);
    }

    /** A gate for a scenario that provokes lines like this, and no other of their kind. */
    public ConsoleGate expectingLine(String regex) {
        return new ConsoleGate(
                expected,
                Stream.concat(expectedLines.stream(), Stream.of(Pattern.compile(regex))).toList());
    }

    /** Every unexpected symptom in the text, in its order. */
    public List<Finding> findings(String text) {
        Predicate<String> declared =
                line -> expectedLines.stream().anyMatch(known -> known.matcher(line).find());
        return text.lines()
                .filter(declared.negate())
                .flatMap(line ->
                        Stream.of(Symptom.values())
                                .filter(symptom ->
                                        !expected.contains(symptom) && symptom.isIn(line))
                                .map(symptom -> new Finding(symptom, line.strip())))
                .toList();
    }
}
