package io.keelson.cli.terminal;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Rows of text, aligned by column for reading. */
public final class Columns {
    private final List<List<String>> rows = new ArrayList<>();

    public Columns(String... header) {
        rows.add(List.of(header));
    }

    /** Adds a row with as many cells as the header. */
    public void row(String... cells) {
        rows.add(List.of(cells));
    }

    /** Prints header and rows. */
    public void print(PrintStream out) {
        int count = rows.getFirst().size();
        List<Integer> widths =
                IntStream.range(0, count)
                        .mapToObj(column ->
                                rows.stream()
                                        .mapToInt(row -> row.get(column).length())
                                        .max()
                                        .orElse(0))
                        .toList();
        for (List<String> row : rows) {
            out.println(
                    IntStream.range(0, count)
                            .mapToObj(column -> padded(row.get(column), widths.get(column)))
                            .collect(Collectors.joining("  "))
                            .stripTrailing());
        }
    }

    private static String padded(String cell, int width) {
        return cell + " ".repeat(width - cell.length());
    }
}
