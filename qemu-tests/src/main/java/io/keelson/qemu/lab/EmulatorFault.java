package io.keelson.qemu.lab;

import io.keelson.qemu.machine.VirtualMachine;

import java.io.IOException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The emulator, not the guest, broke a run: what was seen then says nothing about Keelson. */
public final class EmulatorFault extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * The kernel patches its code by a breakpoint that every processor is made to leave before it
     * goes away. On real processors and under KVM the breakpoint of a finished patch is never hit;
     * QEMU 7.2's emulation can still run it (docs/decisions/0008).
     */
    private static final Pattern STALE_BREAKPOINT = Pattern.compile("Oops: int3: 0000.*");

    /**
     * The firmware was reset after the boot menu, before a kernel or an error of the loader said a
     * word: it hung, and its watchdog ended that (UEFI 2.10, 3.1.2).
     */
    private static final Pattern SILENT_START =
            Pattern.compile(
                    "Boot in 1 s\\.(?:(?!EFI stub|Error|BdsDxe|%s).)*BdsDxe: loading"
                            .formatted(Pattern.quote(VirtualMachine.POWER_CUT.strip())),
                    Pattern.DOTALL);

    private EmulatorFault(String what, IOException cause) {
        super(what, cause);
    }

    /**
     * The fault this console shows, as the reason of the failure.
     *
     * @param mayBeStale whether this emulator may run stale code at all
     */
    static Optional<EmulatorFault> in(String console, boolean mayBeStale, IOException failure) {
        Matcher found = STALE_BREAKPOINT.matcher(console);
        if (mayBeStale && found.find()) {
            String line = found.group().strip();
            return Optional.of(
                    new EmulatorFault("the emulator ran stale code (" + line + ")", failure));
        }
        return SILENT_START.matcher(console).find()
                ? Optional.of(
                        new EmulatorFault(
                                "the emulated firmware hung before it started a kernel", failure))
                : Optional.empty();
    }
}
