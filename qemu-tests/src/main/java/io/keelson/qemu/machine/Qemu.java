package io.keelson.qemu.machine;

import io.keelson.host.Command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The emulator's programs. */
final class Qemu {
    static final String PROGRAM = "qemu-system-x86_64";
    static final String IMAGE_PROGRAM = "qemu-img";

    private static final Duration VERSION_DEADLINE = Duration.ofSeconds(20);
    private static final Pattern VERSION = Pattern.compile("version (\\d+)\\.(\\d+)");

    private Qemu() {}

    /** How the emulator introduces itself, such as {@code QEMU emulator version 10.0.2 (...)}. */
    static String version() throws IOException, InterruptedException {
        return Command.run(List.of(PROGRAM, "--version"), VERSION_DEADLINE)
                .orThrow("asking QEMU for its version")
                .stdout()
                .lines()
                .findFirst()
                .orElse("QEMU of unknown version");
    }

    /**
     * Whether this version may run an instruction that another processor has just overwritten. 8.1
     * locks a page while it translates it (QEMU commit deba78709ae8).
     */
    static boolean runsStaleCode(String version) {
        Matcher found = VERSION.matcher(version);
        if (!found.find()) {
            return true;
        }
        int major = Integer.parseInt(found.group(1));
        return major < 8 || (major == 8 && Integer.parseInt(found.group(2)) < 1);
    }

    /** The last thing QEMU complained about, which is its reason to end. */
    static String lastLine(Path qemuLog) throws IOException {
        if (!Files.exists(qemuLog)) {
            return "QEMU said nothing";
        }
        List<String> lines =
                Files.readAllLines(qemuLog, StandardCharsets.UTF_8).stream()
                        .filter(line -> !line.isBlank())
                        .toList();
        return lines.isEmpty() ? "QEMU said nothing" : lines.getLast();
    }
}
