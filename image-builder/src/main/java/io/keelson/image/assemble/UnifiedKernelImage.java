package io.keelson.image.assemble;

import io.keelson.disk.gpt.RootHash;
import io.keelson.disk.pe.PeFile;
import io.keelson.disk.pe.UkiBuilder;
import io.keelson.image.sign.Authenticode;
import io.keelson.image.sign.Signer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * A signed unified kernel image (UAPI group, "Unified Kernel Image"): kernel, initrd and command
 * line in one file that firmware verifies as a whole.
 */
public final class UnifiedKernelImage {
    /** The order in which systemd-stub 257 measures (systemd, src/fundamental/uki.h). */
    private static final List<String> MEASURED =
            List.of(
                    ".linux",
                    ".osrel",
                    ".cmdline",
                    ".initrd",
                    ".ucode",
                    ".splash",
                    ".dtb",
                    ".uname",
                    ".sbat",
                    ".pcrpkey",
                    ".profile",
                    ".dtbauto",
                    ".hwids");

    private static final int PCR_BYTES = 32;

    private final PeFile file;

    private UnifiedKernelImage(PeFile file) {
        this.file = file;
    }

    /**
     * The command line that binds a kernel to the one /usr with this root hash. With {@code gpt}
     * the kernel takes the backup of the partition table where a power cut has torn the primary; by
     * itself it would find no partitions (block/partitions/efi.c, find_valid_gpt).
     */
    public static String commandLine(
            RootHash rootHash, long dataBlocks, byte[] salt, List<String> arguments) {
        String verity = dataBlocks + "," + HexFormat.of().formatHex(salt);
        return "gpt keelson.usrhash="
                + rootHash.hex()
                + " keelson.verity="
                + verity
                + (arguments.isEmpty() ? "" : " " + String.join(" ", arguments));
    }

    /** Puts the parts together and signs them. */
    public static UnifiedKernelImage build(
            BootSources sources, byte[] initrd, String commandLine, Signer signer)
            throws IOException {
        byte[] unsigned =
                UkiBuilder.of(sources.stub())
                        .section(".osrel", sources.osRelease())
                        .section(".cmdline", ascii(commandLine))
                        .section(".uname", ascii(sources.kernelRelease()))
                        .section(".linux", sources.kernel())
                        .section(".initrd", initrd)
                        .build();
        return new UnifiedKernelImage(signed(unsigned, signer));
    }

    /** An EFI program with our signature. */
    static PeFile signed(byte[] program, Signer signer) throws IOException {
        PeFile file = PeFile.parse(program);
        return file.withCertificate(Authenticode.sign(file.authenticodeHash(), signer));
    }

    public byte[] bytes() {
        return file.bytes();
    }

    /**
     * The SHA-256 value of TPM PCR 11 after the stub has measured all sections and before user
     * space adds a boot phase, in hexadecimal.
     */
    public String pcr11() {
        byte[] register = new byte[PCR_BYTES];
        for (String name : MEASURED) {
            byte[] content = file.section(name).orElse(new byte[0]);
            if (content.length > 0) {
                register = extend(register, ascii(name + "\0"));
                register = extend(register, content);
            }
        }
        return HexFormat.of().formatHex(register);
    }

    private static byte[] extend(byte[] register, byte[] measured) {
        MessageDigest sha256 = sha256();
        byte[] digest = sha256.digest(measured);
        sha256.update(register);
        return sha256.digest(digest);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
