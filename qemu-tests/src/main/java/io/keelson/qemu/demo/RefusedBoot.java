package io.keelson.qemu.demo;

import io.keelson.disk.pe.PeFile;
import io.keelson.disk.pe.PeSection;
import io.keelson.host.Command;
import io.keelson.qemu.lab.Children;
import io.keelson.qemu.lab.LabSettings;
import io.keelson.qemu.lab.Releases;
import io.keelson.qemu.machine.Accelerator;
import io.keelson.qemu.machine.Firmware;
import io.keelson.qemu.machine.MachineSpec;
import io.keelson.qemu.machine.VirtualMachine;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Shows that the firmware with our keys refuses the same disk with another boot file. */
final class RefusedBoot {
    /** What boot loader or firmware say when a signature is missing. */
    private static final Pattern REFUSED =
            Pattern.compile(
                    "(?i)(Error loading [^\\n]*|BdsDxe: failed[^\\n]*)?(access denied|security (policy )?violation)");

    /**
     * What only a kernel that was started says; its own first lines are below the console's log
     * level.
     */
    private static final Pattern LINUX_RUNS =
            Pattern.compile("Linux version|EFI stub:|keelson: stage|Welcome to|systemd\\[1\\]");

    private static final Duration REFUSAL_DEADLINE = Duration.ofMinutes(4);
    private static final Duration COPY_DEADLINE = Duration.ofMinutes(3);

    /** Time for a system that was not refused after all to show itself. */
    private static final Duration SILENCE = Duration.ofSeconds(10);

    private static final long UKI_BYTES_MAX = 512L << 20;

    /**
     * Offset of the security directory's entry in a PE32+ optional header (PE format, section
     * 3.4.3).
     */
    private static final int SECURITY_DIRECTORY = 144;

    private static final int OPTIONAL_HEADER = 24;
    private static final int PE_POINTER = 0x3c;

    private final LabSettings settings;
    private final Firmware enrolled;
    private final Accelerator accelerator;

    RefusedBoot(LabSettings settings, Firmware enrolled, Accelerator accelerator) {
        this.settings = settings;
        this.enrolled = enrolled;
        this.accelerator = accelerator;
    }

    /** What was done to the boot file. */
    enum Tampering {
        WITHOUT_SIGNATURE,
        ONE_BYTE_CHANGED;

        byte[] applyTo(byte[] signed) throws IOException {
            return switch (this) {
                case WITHOUT_SIGNATURE -> withoutSignature(signed);
                case ONE_BYTE_CHANGED -> withAnotherByte(signed);
            };
        }

        String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    /** Returns the line of the refusal. */
    String run(Tampering tampering, Children children) throws IOException, InterruptedException {
        Path directory = settings.run().resolve("refused-" + tampering.text().replace(' ', '-'));
        Files.createDirectories(directory);
        Path disk = directory.resolve("disk.img");
        Path variables = directory.resolve("enrolled-vars.fd");
        Firmware firmware = enrolled.copyVariables(variables);
        copyWithAnotherUki(tampering, directory, disk);
        MachineSpec spec =
                new MachineSpec(
                        directory.resolve("vm"),
                        disk,
                        firmware,
                        accelerator,
                        Map.of(),
                        new MachineSpec.Size(1, 512));
        VirtualMachine machine = children.belongings().hold(VirtualMachine.create(spec, children));
        try {
            return refusal(machine);
        } finally {
            children.belongings().release(machine);
            Files.deleteIfExists(disk);
        }
    }

    private static String refusal(VirtualMachine machine) throws IOException, InterruptedException {
        MatchResult refused = machine.awaitConsole(REFUSED, 0, REFUSAL_DEADLINE);
        Optional<MatchResult> linux =
                machine.console().waitFor(LINUX_RUNS, 0, SILENCE, machine::isRunning);
        if (linux.isPresent()) {
            throw new IOException(
                    "the changed boot file was started after all: " + linux.get().group());
        }
        return refused.group().strip();
    }

    private void copyWithAnotherUki(Tampering tampering, Path directory, Path disk)
            throws IOException, InterruptedException {
        Path release = settings.release(Releases.FIRST);
        Command.run(
                        List.of(
                                "cp",
                                "--sparse=always",
                                release.resolve("disk.img").toString(),
                                disk.toString()),
                        COPY_DEADLINE)
                .orThrow("copying the disk image");
        Path changed = directory.resolve("changed.efi");
        Path uki = release.resolve("uki.efi");
        if (Files.size(uki) > UKI_BYTES_MAX) {
            throw new IOException(uki + " is larger than " + UKI_BYTES_MAX + " bytes");
        }
        Files.write(changed, tampering.applyTo(Files.readAllBytes(uki)));
        Command.run(
                        List.of(
                                "mcopy",
                                "-o",
                                "-i",
                                disk + "@@1M",
                                changed.toString(),
                                "::/EFI/Linux/keelson_" + Releases.FIRST + ".efi"),
                        COPY_DEADLINE)
                .orThrow("putting the changed boot file on the copy of the disk");
    }

    /**
     * The same image as if it had never been signed: no security directory, no certificates behind
     * the content.
     */
    static byte[] withoutSignature(byte[] signed) throws IOException {
        ByteBuffer image = ByteBuffer.wrap(signed.clone()).order(ByteOrder.LITTLE_ENDIAN);
        int entry = image.getInt(PE_POINTER) + OPTIONAL_HEADER + SECURITY_DIRECTORY;
        int certificates = image.getInt(entry);
        image.putInt(entry, 0).putInt(entry + Integer.BYTES, 0);
        byte[] unsigned =
                Arrays.copyOf(image.array(), certificates == 0 ? signed.length : certificates);
        if (certificates == 0 || PeFile.parse(unsigned).isSigned()) {
            throw new IOException("the boot file to take the signature from has none");
        }
        return unsigned;
    }

    /**
     * The same image with its signature and one bit in the middle of the kernel, which still looks
     * like one, turned over.
     */
    static byte[] withAnotherByte(byte[] signed) throws IOException {
        PeSection kernel =
                PeFile.parse(signed).sections().stream()
                        .filter(section -> section.name().equals(".linux"))
                        .findFirst()
                        .orElseThrow(() -> new IOException("the boot file has no kernel"));
        byte[] changed = signed.clone();
        changed[(int) (kernel.rawOffset() + kernel.rawSize() / 2)] ^= 1;
        return changed;
    }
}
