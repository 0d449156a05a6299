package io.keelson.cli.image;

import io.keelson.cli.terminal.Json;
import io.keelson.cli.terminal.Terminal;
import io.keelson.image.diff.Change;
import io.keelson.image.diff.ImageDiff;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;

/** What an update will change. */
@Command(
        name = "diff",
        description =
                "tells what changed between two built images: packages, files, kernel arguments, sizes",
        mixinStandardHelpOptions = true)
public final class DiffCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(index = "0", paramLabel = "BEFORE", description = "output of 'keelson image build'")
    private Path before = Path.of("");

    @Parameters(index = "1", paramLabel = "AFTER", description = "output of another one")
    private Path after = Path.of("");

    @Option(names = "--json", description = "for programs")
    private boolean json;

    public DiffCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        ImageDiff diff = ImageDiff.of(before, after);
        if (json) {
            ObjectNode root = Json.object();
            put(root, "release", diff.release());
            put(root, "packages", diff.packages());
            put(root, "files", diff.files());
            put(root, "kernelArguments", diff.arguments());
            put(root, "sizes", diff.sizes());
            diff.note().ifPresent(note -> root.put("note", note));
            Json.print(terminal.out(), root);
            return 0;
        }
        print("release", diff.release());
        print("packages", diff.packages());
        print("files", diff.files());
        print("kernel arguments", diff.arguments());
        print("sizes in bytes", diff.sizes());
        diff.note().ifPresent(note -> terminal.out().println("note: " + note));
        return 0;
    }

    private static void put(ObjectNode root, String name, List<Change> changes) {
        ArrayNode list = root.putArray(name);
        for (Change change : changes) {
            ObjectNode one = list.addObject();
            one.put("name", change.name()).put("change", change.kind());
            change.before().ifPresent(value -> one.put("before", value));
            change.after().ifPresent(value -> one.put("after", value));
        }
    }

    private void print(String title, List<Change> changes) {
        terminal.out().println(title + ": " + (changes.isEmpty() ? "the same" : counts(changes)));
        for (Change change : changes) {
            String before = change.before().orElse("");
            String after = change.after().orElse("");
            terminal.out()
                    .println(
                            switch (change.kind()) {
                                case "added" -> "  + " + change.name() + "  " + after;
                                case "removed" -> "  - " + change.name() + "  " + before;
                                default -> "  ~ " + change.name() + "  " + before + " -> " + after;
                            });
        }
    }

    private static String counts(List<Change> changes) {
        long added = changes.stream().filter(each -> each.before().isEmpty()).count();
        long removed = changes.stream().filter(each -> each.after().isEmpty()).count();
        return "%d added, %d removed, %d changed"
                .formatted(added, removed, changes.size() - added - removed);
    }
}
