package io.keelson.qemu.machine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The emulator's programs. */
final class Qemu {
    static final String PROGRAM = "qemu-system-x86_64";
    static final String IMAGE_PROGRAM = "qemu-img";

    private Qemu() {}

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
