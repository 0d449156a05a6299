package io.keelson.image.runtime;

import io.keelson.host.DurableFile;
import io.keelson.image.packages.Lock;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * What a lock says of the JDK that a runtime is linked from. Hashing its 160 MB costs a third of a
 * build that finds nothing to do, so the hash is kept in the cache for as long as the files are the
 * same by size, times and inode.
 */
public final class JdkPin {
    private static final int DIGEST_CHARS = 64;
    private static final List<String> PARTS =
            List.of("release", "lib/modules", "lib/server/libjvm.so");

    private JdkPin() {}

    /** Names a JDK by its version and the SHA-256 of the files that matter. */
    public static Lock.Jdk of(Path javaHome, Path cache) throws IOException {
        return new Lock.Jdk(JavaRuntime.version(javaHome), digest(javaHome, cache));
    }

    private static String digest(Path javaHome, Path cache) throws IOException {
        Path kept = cache.resolve("jdks").resolve(signs(javaHome));
        if (Files.exists(kept)) {
            String digest = Files.readString(kept, StandardCharsets.US_ASCII);
            if (digest.length() == DIGEST_CHARS) {
                return digest;
            }
        }
        MessageDigest whole = sha256();
        for (String part : PARTS) {
            try (InputStream in = Files.newInputStream(javaHome.resolve(part))) {
                in.transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), whole));
            }
        }
        String digest = HexFormat.of().formatHex(whole.digest());
        Files.createDirectories(kept.getParent());
        DurableFile.replace(kept, digest.getBytes(StandardCharsets.US_ASCII));
        return digest;
    }

    /** Changes when a file is written or replaced, whatever its time of modification is set to. */
    private static String signs(Path javaHome) throws IOException {
        MessageDigest digest = sha256();
        for (String part : PARTS) {
            var signs =
                    Files.readAttributes(
                            javaHome.resolve(part), "unix:size,lastModifiedTime,ctime,ino,dev");
            for (String name : List.of("size", "lastModifiedTime", "ctime", "ino", "dev")) {
                digest.update((signs.get(name) + " ").getBytes(StandardCharsets.US_ASCII));
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
