package io.keelson.server.release;

import io.keelson.server.api.ApiProblem;

import org.springframework.http.HttpStatus;

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

/** Receives one payload of a known size and hashes it on the way to the disk. */
final class PayloadIntake {
    private static final int BUFFER_BYTES = 1 << 20;

    private final MessageDigest sha256 = digest("SHA-256");
    private final MessageDigest sha1 = digest("SHA-1");

    /** The SHA-1 of what was received, for clients that still want it. */
    record Received(String sha1Base64) {}

    Received receive(InputStream body, Path target, StoredRelease announced) throws IOException {
        long size = announced.payloadSizeBytes();
        long received = copy(body, target, size);
        if (received != size) {
            String than = received > size ? "is larger than" : "has " + received + " of";
            throw mismatch(announced, than + " the " + size + " bytes its manifest names");
        }
        String sha256Hex = HexFormat.of().formatHex(sha256.digest());
        if (!sha256Hex.equals(announced.payloadSha256())) {
            throw mismatch(
                    announced,
                    "has SHA-256 "
                            + sha256Hex
                            + ", its manifest names "
                            + announced.payloadSha256());
        }
        return new Received(Base64.getEncoder().encodeToString(sha1.digest()));
    }

    /** Stops at the first byte too many. */
    private long copy(InputStream body, Path target, long size) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        long total = 0;
        try (FileChannel out = FileChannel.open(target, StandardOpenOption.WRITE)) {
            for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
                total += n;
                if (total > size) {
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

    private static ApiProblem mismatch(StoredRelease announced, String what) {
        return new ApiProblem(
                HttpStatus.UNPROCESSABLE_CONTENT,
                "payload-mismatch",
                "the payload of release " + announced.version() + " " + what);
    }

    private static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has " + algorithm, e);
        }
    }
}
