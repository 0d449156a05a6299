import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.JavaFormatterOptions.Style;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Checks or rewrites the format of every Java source below a directory (google-java-format, AOSP style). */
class Format {
    public static void main(String[] args) throws Exception {
        boolean write = args[0].equals("write");
        Path root = Path.of(args[1]);
        var formatter = new Formatter(JavaFormatterOptions.builder().style(Style.AOSP).build());
        List<Path> wrong = new ArrayList<>();
        for (Path file : sources(root)) {
            String text = Files.readString(file);
            String tidy = formatter.formatSource(RemoveUnusedImports.removeUnusedImports(
                    ImportOrderer.reorderImports(text, Style.AOSP)));
            if (tidy.equals(text)) {
                continue;
            }
            wrong.add(root.relativize(file));
            if (write) {
                Files.writeString(file, tidy);
            }
        }
        if (write || wrong.isEmpty()) {
            System.out.println("format: " + wrong.size() + " file(s) rewritten");
            return;
        }
        wrong.forEach(file -> System.err.println("not formatted: " + file));
        System.err.println("Run: mvn -N process-sources -Dformat.mode=write");
        System.exit(1);
    }

    private static List<Path> sources(Path root) throws Exception {
        try (var files = Files.walk(root)) {
            return files.filter(f -> f.toString().endsWith(".java"))
                    .filter(f -> root.relativize(f).toString().contains("src/"))
                    .sorted()
                    .toList();
        }
    }
}
