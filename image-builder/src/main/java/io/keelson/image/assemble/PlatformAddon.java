package io.keelson.image.assemble;

import io.keelson.disk.boot.Architecture;
import io.keelson.disk.pe.UkiBuilder;
import io.keelson.image.sign.Signer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * A signed addon (UAPI group, "Unified Kernel Image", "UKI addons"): systemd-stub appends its
 * command line to that of every boot image on the ESP, so one /usr and one boot image serve all
 * platforms. The firmware checks its signature, and it is measured into PCR 12.
 */
public final class PlatformAddon {
    /** Beside no boot image in particular: it has to outlive updates. */
    public static final String PATH = "/loader/addons/keelson-platform.addon.efi";

    /** What a host reads its settings from. */
    private static final String SETTINGS = "keelson.update.conf";

    /** The kernel's own limit is 2048 for everything, and base64 is a third longer. */
    private static final int SETTINGS_BYTES_MAX = 1024;

    private static final String SBAT =
            """
            sbat,1,SBAT Version,sbat,1,https://github.com/rhboot/shim/blob/main/SBAT.md
            keelson.addon,1,Keelson,keelson,1,-
            """;

    private static final int FILE_ALIGNMENT = 0x200;
    private static final int PAGE_BYTES = 0x1000;
    private static final int HEADER_BYTES = 0x400;
    private static final int PE_AT = 0x80;
    private static final int OPTIONAL_HEADER_BYTES = 240;
    private static final short EFI_APPLICATION = 10;

    /** High-entropy addresses, dynamic base, NX compatible. */
    private static final short DLL_FLAGS = 0x160;

    private static final int CODE = 0x60000020;
    private static final int DATA = 0x40000040;

    private PlatformAddon() {}

    /** The arguments of a platform, in the order in which they are appended. */
    public static String commandLine(Platform platform, Optional<byte[]> settings)
            throws IOException {
        List<String> words = new ArrayList<>();
        words.add("keelson.platform=" + platform.id());
        words.add(platform.arguments());
        if (settings.isPresent()) {
            byte[] bytes = settings.get();
            if (bytes.length > SETTINGS_BYTES_MAX) {
                throw new IOException(
                        "the settings have %d bytes, a kernel command line has room for %d; leave out what is the default"
                                .formatted(bytes.length, SETTINGS_BYTES_MAX));
            }
            words.add(
                    "systemd.set_credential_binary="
                            + SETTINGS
                            + ":"
                            + Base64.getEncoder().encodeToString(bytes));
        }
        return String.join(" ", words);
    }

    /** The signed file. */
    public static byte[] build(
            Platform platform, Optional<byte[]> settings, Architecture architecture, Signer signer)
            throws IOException {
        String text = commandLine(platform, settings);
        byte[] unsigned =
                UkiBuilder.of(program(architecture))
                        .section(".cmdline", text.getBytes(StandardCharsets.US_ASCII))
                        .build();
        return UnifiedKernelImage.signed(unsigned, signer).bytes();
    }

    /** The smallest PE32+ program that firmware loads, with revocation data for shim. */
    private static byte[] program(Architecture architecture) {
        byte[] code = code(architecture);
        byte[] sbat = SBAT.getBytes(StandardCharsets.US_ASCII);
        ByteBuffer b =
                ByteBuffer.allocate(HEADER_BYTES + 2 * FILE_ALIGNMENT)
                        .order(ByteOrder.LITTLE_ENDIAN);
        b.putShort((short) 0x5A4D).putInt(0x3C, PE_AT).position(PE_AT);
        b.putInt(0x4550).putShort((short) architecture.peMachine()).putShort((short) 2);
        b.putInt(0).putInt(0).putInt(0);
        b.putShort((short) OPTIONAL_HEADER_BYTES).putShort((short) 0x0206);
        b.putShort((short) 0x20B).putShort((short) 0);
        b.putInt(FILE_ALIGNMENT).putInt(FILE_ALIGNMENT).putInt(0);
        b.putInt(PAGE_BYTES).putInt(PAGE_BYTES).putLong(0);
        b.putInt(PAGE_BYTES).putInt(FILE_ALIGNMENT).putLong(0).putLong(0);
        b.putInt(3 * PAGE_BYTES).putInt(HEADER_BYTES).putInt(0);
        b.putShort(EFI_APPLICATION).putShort(DLL_FLAGS);
        b.putLong(0).putLong(0).putLong(0).putLong(0).putInt(0).putInt(16);
        b.position(PE_AT + 24 + OPTIONAL_HEADER_BYTES);
        section(b, ".text", code.length, PAGE_BYTES, HEADER_BYTES, CODE);
        section(b, ".sbat", sbat.length, 2 * PAGE_BYTES, HEADER_BYTES + FILE_ALIGNMENT, DATA);
        b.put(HEADER_BYTES, code).put(HEADER_BYTES + FILE_ALIGNMENT, sbat);
        return b.array();
    }

    /** Nobody starts an addon, and whoever does gets success. */
    private static byte[] code(Architecture architecture) {
        return HexFormat.of()
                .parseHex(
                        switch (architecture) {
                            // xor eax, eax; ret
                            case AMD64 -> "31c0c3";
                            // mov x0, xzr; ret
                            case ARM64 -> "e0031faac0035fd6";
                        });
    }

    private static void section(
            ByteBuffer b, String name, int size, int address, int fileOffset, int flags) {
        int at = b.position();
        b.put(name.getBytes(StandardCharsets.US_ASCII)).position(at + 8);
        b.putInt(size).putInt(address).putInt(FILE_ALIGNMENT).putInt(fileOffset);
        b.putInt(0).putInt(0).putInt(0).putInt(flags);
    }
}
