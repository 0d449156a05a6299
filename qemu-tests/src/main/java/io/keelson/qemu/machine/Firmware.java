package io.keelson.qemu.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * UEFI firmware that can enforce Secure Boot.
 *
 * @param code the firmware, read-only
 * @param variables its variables; a machine writes its own copy
 */
public record Firmware(Path code, Path variables) {
    private static final Path CODE = Path.of("/usr/share/OVMF/OVMF_CODE_4M.secboot.fd");
    private static final Path VARIABLES = Path.of("/usr/share/OVMF/OVMF_VARS_4M.fd");

    /** Debian's OVMF in setup mode: no keys are enrolled, systemd-boot brings ours. */
    public static Firmware installed() throws IOException {
        if (!Files.exists(CODE) || !Files.exists(VARIABLES)) {
            throw new IOException("there is no firmware at " + CODE + ": install the package ovmf");
        }
        return new Firmware(CODE, VARIABLES);
    }

    /** The same firmware with a copy of the variables in their present state. */
    public Firmware copyVariables(Path copy) throws IOException {
        Files.copy(variables, copy, StandardCopyOption.REPLACE_EXISTING);
        return new Firmware(code, copy);
    }

    /**
     * Secure Boot needs SMM: only code in it may write the variables (OvmfPkg/README, "SMM
     * support").
     */
    List<String> arguments() {
        return List.of(
                "-machine", "q35,smm=on",
                "-global", "driver=cfi.pflash01,property=secure,value=on",
                "-global", "ICH9-LPC.disable_s3=1",
                "-drive", "if=pflash,format=raw,unit=0,readonly=on,file=" + Options.escaped(code),
                "-drive", "if=pflash,format=raw,unit=1,file=" + Options.escaped(variables));
    }
}
