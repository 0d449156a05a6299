package io.keelson.image.assemble;

import io.keelson.disk.pe.PeFile;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a boot of one release extends into a TPM's SHA-256 bank, computed from its files.
 *
 * <p>PCR 4 also depends on the firmware: every boot option that it tried in vain adds two events.
 * The value here is that of a machine whose first boot option is our disk. So the digests that come
 * from us are published too, by the names {@code 4/boot-loader}, {@code 4/boot-image}, {@code
 * 4/kernel}, {@code 9/command-line} and {@code 9/initrd}: a verifier of event logs looks for them
 * in this order and need not know the firmware. The kernel is not in the value of PCR 4: under
 * Secure Boot the stub vouches for it itself, past the firmware that would measure it (a boot with
 * swtpm showed it); without, it is the third event.
 */
public final class MeasuredBoot {
    /** TCG PC Client Platform Firmware Profile 1.06, 3.3.4.5 and appendix "Platform events". */
    private static final String CALLING = "Calling EFI Application from Boot Option";

    private static final byte[] SEPARATOR = new byte[4];
    private static final int PCR_BYTES = 32;
    private static final HexFormat HEX = HexFormat.of();

    private final SortedMap<String, String> values = new TreeMap<>();

    private MeasuredBoot() {}

    /**
     * The registers by number, and the digests of our own events by number and name.
     *
     * @param loader the boot loader that starts the boot image
     * @param uki the signed boot image
     */
    public static SortedMap<String, String> of(byte[] loader, UnifiedKernelImage uki)
            throws IOException {
        MeasuredBoot boot = new MeasuredBoot();
        PeFile image = PeFile.parse(uki.bytes());
        boot.programs(PeFile.parse(loader), image);
        boot.kernelInput(image);
        boot.values.put("11", uki.pcr11());
        return boot.values;
    }

    /** The firmware measures each program that is loaded, by its Authenticode hash. */
    private void programs(PeFile loader, PeFile image) throws IOException {
        PeFile kernel = PeFile.parse(section(image, ".linux"));
        register(
                "4",
                List.of(sha256(ascii(CALLING)), sha256(SEPARATOR)),
                List.of(
                        new Event("boot-loader", HEX.formatHex(loader.authenticodeHash())),
                        new Event("boot-image", HEX.formatHex(image.authenticodeHash()))));
        values.put("4/kernel", HEX.formatHex(kernel.authenticodeHash()));
    }

    /** The kernel's own EFI stub measures what it is given: command line, then initrd. */
    private void kernelInput(PeFile image) throws IOException {
        String commandLine = ascii(section(image, ".cmdline")).strip();
        byte[] utf16 = (commandLine + "\0").getBytes(StandardCharsets.UTF_16LE);
        register(
                "9",
                List.of(),
                List.of(
                        new Event("command-line", HEX.formatHex(sha256(utf16))),
                        new Event("initrd", HEX.formatHex(sha256(initrd(image))))));
    }

    /** A digest of ours in hexadecimal, and what it is of. */
    private record Event(String name, String digest) {}

    private void register(String number, List<byte[]> firmware, List<Event> ours) {
        byte[] register = new byte[PCR_BYTES];
        for (byte[] digest : firmware) {
            register = extend(register, digest);
        }
        for (Event event : ours) {
            register = extend(register, HEX.parseHex(event.digest));
            values.put(number + "/" + event.name, event.digest);
        }
        values.put(number, HEX.formatHex(register));
    }

    /** The stub appends the boot image's os-release as a small archive of its own. */
    private static byte[] initrd(PeFile image) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(section(image, ".initrd"));
        while (all.size() % 4 != 0) {
            all.write(0);
        }
        all.writeBytes(StubArchive.of("os-release", section(image, ".osrel")));
        return all.toByteArray();
    }

    private static byte[] section(PeFile image, String name) throws IOException {
        return image.section(name)
                .orElseThrow(() -> new IOException("the boot image has no section " + name));
    }

    static byte[] extend(byte[] register, byte[] digest) {
        return sha256(
                ByteBuffer.allocate(register.length + digest.length)
                        .put(register)
                        .put(digest)
                        .array());
    }

    static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static String ascii(byte[] bytes) {
        return new String(bytes, StandardCharsets.US_ASCII);
    }
}
