package io.keelson.server.release;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;

/** Receives one file and hashes it on the way to the disk. */
final class PayloadIntake {
    private static final int BUFFER_BYTES = 1 << 20;

    private final MessageDigest sha256 = digest("SHA-256");
    private final MessageDigest sha1 = digest("SHA-1");

    /**
     * What was received.
     *
     * @param sizeBytes more than allowed when it was larger; nothing else counts then
     * @param sha1Base64 for clients that still want it
     */
    record Received(long sizeBytes, String sha256Hex, String sha1Base64) {}

    /** Stops at the first byte that is too many. */
    Received receive(InputStream body, Path target, long sizeMax) throws IOException {
        long size = copy(body, target, sizeMax);
        return new Received(
                size,
                HexFormat.of().formatHex(sha256.digest()),
                Base64.getEncoder().encodeToString(sha1.digest()));
    }

    private long copy(InputStream body, Path target, long sizeMax) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        long total = 0;
        try (FileChannel out = FileChannel.open(target, StandardOpenOption.WRITE)) {
            for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
                total += n;
                if (total > sizeMax) {
                    return total;
                }
                sha256.update(buffer, 0, n);
                sha1.update(buffer, 0, n);
                write(out, target, ByteBuffer.wrap(buffer, 0, n));
            }
            out.force(true);
        }
        return total;
    }

    private static void write(FileChannel out, Path target, ByteBuffer bytes) throws IOException {
        try {
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
        } catch (IOException e) {
            throw new IOException(
                    "storing a payload failed in " + target.getParent() + ": " + e.getMessage(), e);
        }
    }

    private static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has " + algorithm, e);
        }
    }
}
