package io.keelson.image.initrd;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import com.github.luben.zstd.ZstdOutputStream;
import com.github.luben.zstd.util.ZstdVersion;

import io.keelson.host.DurableFile;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * An initrd as the kernel unpacks it. Compressing takes a third of a build in which one package
 * changed, and that package is seldom in the initrd, so the result is kept by what went in.
 */
public final class CompressedArchive {
    /** Small enough for an ESP that holds two releases, and still quick to make. */
    private static final int ZSTD_LEVEL = 15;

    private CompressedArchive() {}

    /**
     * Compresses an archive, or finds it in the cache.
     *
     * @param archive as {@link Initrd#build} makes it
     */
    public static byte[] of(byte[] archive, Path cache) throws IOException {
        Path kept = cache.resolve("initrds").resolve(key(archive));
        if (Files.exists(kept)) {
            byte[] compressed = Files.readAllBytes(kept);
            // A file that a cut left short, or somebody changed, is made again.
            if (isOf(archive, compressed)) {
                return compressed;
            }
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZstdOutputStream compressed = new ZstdOutputStream(bytes, ZSTD_LEVEL)) {
            compressed.setChecksum(false);
            compressed.write(archive);
        }
        byte[] compressed = bytes.toByteArray();
        Files.createDirectories(kept.getParent());
        DurableFile.replace(kept, compressed);
        return compressed;
    }

    private static boolean isOf(byte[] archive, byte[] compressed) {
        byte[] content = new byte[archive.length];
        try {
            long length = Zstd.decompress(content, compressed);
            return length == archive.length && MessageDigest.isEqual(content, archive);
        } catch (ZstdException _) {
            return false;
        }
    }

    private static String key(byte[] archive) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            String how = "zstd " + ZstdVersion.VERSION + " level " + ZSTD_LEVEL + "\n";
            digest.update(how.getBytes(StandardCharsets.US_ASCII));
            return HexFormat.of().formatHex(digest.digest(archive));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
