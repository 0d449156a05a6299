package io.keelson.qemu.lab;

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

    private EmulatorFault(String line, IOException cause) {
        super("the emulator ran stale code (" + line.strip() + ")", cause);
    }

    /** The fault this console shows, as the reason of the failure. */
    public static Optional<EmulatorFault> in(String console, IOException failure) {
        Matcher found = STALE_BREAKPOINT.matcher(console);
        return found.find()
                ? Optional.of(new EmulatorFault(found.group(), failure))
                : Optional.empty();
    }
}
