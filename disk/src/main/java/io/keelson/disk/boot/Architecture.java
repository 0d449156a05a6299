package io.keelson.disk.boot;

import java.util.Arrays;
import java.util.Optional;

/** A processor architecture that images are made for, and what it is called where. */
public enum Architecture {
    AMD64("amd64", "x86_64", "x64", 0x8664, 62),
    ARM64("arm64", "aarch64", "aa64", 0xAA64, 183);

    private final String debianName;
    private final String kernelName;
    private final String efiName;
    private final int peMachine;
    private final int elfMachine;

    Architecture(
            String debianName, String kernelName, String efiName, int peMachine, int elfMachine) {
        this.debianName = debianName;
        this.kernelName = kernelName;
        this.efiName = efiName;
        this.peMachine = peMachine;
        this.elfMachine = elfMachine;
    }

    /** The one with Debian's name, such as amd64. */
    public static Optional<Architecture> ofDebian(String name) {
        return Arrays.stream(values()).filter(each -> each.debianName.equals(name)).findFirst();
    }

    /** The one whose programs have this machine type in their PE header. */
    public static Optional<Architecture> ofPeMachine(int machine) {
        return Arrays.stream(values()).filter(each -> each.peMachine == machine).findFirst();
    }

    /** The one this Java runtime is made for, by its property {@code os.arch}. */
    public static Architecture ofJava(String name) {
        return name.equals("aarch64") ? ARM64 : AMD64;
    }

    /** As {@code uname -m} says. */
    public String kernelName() {
        return kernelName;
    }

    /** As update_engine calls it: Flatcar's board. */
    public String board() {
        return debianName + "-usr";
    }

    public String debianName() {
        return debianName;
    }

    /** As in the names of EFI programs: x64 or aa64 (UEFI specification, section 3.5.1.1). */
    public String efiName() {
        return efiName;
    }

    /** IMAGE_FILE_HEADER.Machine. */
    public int peMachine() {
        return peMachine;
    }

    /** e_machine of the ELF header. */
    public int elfMachine() {
        return elfMachine;
    }
}
