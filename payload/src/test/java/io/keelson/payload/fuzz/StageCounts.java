package io.keelson.payload.fuzz;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/** How many inputs got how far; one line per stage, in alphabetical order. */
final class StageCounts {
    private final Map<String, LongAdder> counts = new TreeMap<>();

    void add(String stage) {
        counts.computeIfAbsent(stage, _ -> new LongAdder()).increment();
    }

    long of(String stage) {
        LongAdder count = counts.get(stage);
        return count == null ? 0 : count.sum();
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        counts.forEach(
                (stage, count) -> text.append(String.format("%12d  %s%n", count.sum(), stage)));
        return text.toString();
    }
}
