package io.keelson.engine.health.check;

import io.keelson.host.Command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** A program of the image or of the operator that exits with 0 on a healthy host. */
public final class CustomCheck implements HealthCheck {
    /** Before the file's name in the name of the check. */
    public static final String NAME_PREFIX = "health.d/";

    /** sysexits(3) EX_TEMPFAIL: ask me again. */
    private static final int EXIT_WAITING = 75;

    private static final int DETAIL_CHARACTERS_MAX = 300;

    private final Programs programs;
    private final Path program;

    CustomCheck(Programs programs, Path program) {
        this.programs = programs;
        this.program = program;
    }

    /** The executables of all directories by name; a later directory replaces an earlier one. */
    public static List<HealthCheck> in(List<Path> directories, Programs programs)
            throws IOException {
        var byName = new TreeMap<String, Path>();
        for (Path directory : directories) {
            if (Files.isDirectory(directory)) {
                try (var files = Files.newDirectoryStream(directory)) {
                    files.forEach(file -> byName.put(String.valueOf(file.getFileName()), file));
                }
            }
        }
        var checks = new ArrayList<HealthCheck>();
        for (Path file : byName.values()) {
            if (Files.isRegularFile(file) && Files.isExecutable(file)) {
                checks.add(new CustomCheck(programs, file));
            }
        }
        return List.copyOf(checks);
    }

    @Override
    public String name() {
        return NAME_PREFIX + program.getFileName();
    }

    @Override
    public CheckOutcome look(Duration limit) throws InterruptedException {
        try {
            Command.Result result = programs.run(List.of(program.toString()), limit);
            if (result.ok()) {
                return new CheckOutcome.Passed();
            }
            String detail = "exit code " + result.exitCode() + lastWords(result);
            return result.exitCode() == EXIT_WAITING
                    ? new CheckOutcome.Waiting(detail)
                    : new CheckOutcome.Failed(detail);
        } catch (IOException e) {
            return new CheckOutcome.Failed(String.valueOf(e.getMessage()));
        }
    }

    private static String lastWords(Command.Result result) {
        String text = (result.stdout() + "\n" + result.stderr()).strip().replaceAll("\\s+", " ");
        String end = text.substring(Math.max(0, text.length() - DETAIL_CHARACTERS_MAX));
        return end.isEmpty() ? "" : ": " + end;
    }
}
