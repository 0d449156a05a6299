package io.keelson.qemu.machine;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A machine to be.
 *
 * @param directory for its disk, firmware variables and logs; it owns what is inside
 * @param image raw disk image; never written, the machine's own disk is an overlay
 * @param firmware the variables it starts with
 * @param credentials systemd credentials handed in as SMBIOS strings, by name
 * @param hasTpm whether it has a TPM 2.0
 * @param more arguments of QEMU for what only some machines have
 */
public record MachineSpec(
        Path directory,
        Path image,
        Firmware firmware,
        Accelerator accelerator,
        Map<String, String> credentials,
        Size size,
        boolean hasTpm,
        List<String> more) {

    /** How large the machine is. */
    public record Size(int processors, int memoryMib) {
        /** Enough for a host without workloads. */
        public static final Size DEFAULT = new Size(2, 1536);
    }

    public MachineSpec {
        credentials = Map.copyOf(credentials);
        more = List.copyOf(more);
    }

    public MachineSpec(
            Path directory,
            Path image,
            Firmware firmware,
            Accelerator accelerator,
            Map<String, String> credentials,
            Size size) {
        this(directory, image, firmware, accelerator, credentials, size, false, List.of());
    }

    /** The same machine with more devices or settings. */
    public MachineSpec with(String... arguments) {
        return new MachineSpec(
                directory,
                image,
                firmware,
                accelerator,
                credentials,
                size,
                hasTpm,
                List.of(arguments));
    }

    /** The same machine with more credentials. */
    public MachineSpec withCredentials(Map<String, String> more) {
        Map<String, String> all = new TreeMap<>(credentials);
        all.putAll(more);
        return new MachineSpec(
                directory, image, firmware, accelerator, all, size, hasTpm, this.more);
    }

    /** The same machine in another size. */
    public MachineSpec sized(Size other) {
        return new MachineSpec(
                directory, image, firmware, accelerator, credentials, other, hasTpm, more);
    }

    /** The same machine with a TPM. */
    public MachineSpec withTpm() {
        return new MachineSpec(
                directory, image, firmware, accelerator, credentials, size, true, more);
    }
}
