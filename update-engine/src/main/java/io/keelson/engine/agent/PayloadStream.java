package io.keelson.engine.agent;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HexFormat;

/** Counts and hashes what is read, and ends an input that is larger than offered. */
final class PayloadStream extends FilterInputStream {
    private final long sizeBytes;
    private final MessageDigest digest;
    private long count;

    PayloadStream(InputStream in, long sizeBytes, MessageDigest digest) {
        super(in);
        this.sizeBytes = sizeBytes;
        this.digest = digest;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int read = super.read(buffer, offset, length);
        if (read > 0) {
            count += read;
            if (count > sizeBytes) {
                throw new IOException(
                        "the payload is larger than the " + sizeBytes + " bytes offered");
            }
            digest.update(buffer, offset, read);
        }
        return read;
    }

    @Override
    public long skip(long bytes) throws IOException {
        throw new IOException("a payload is read from its first to its last byte");
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    long count() {
        return count;
    }

    /** The hash of all that was read; ends the hashing. */
    String sha256Hex() {
        return HexFormat.of().formatHex(digest.digest());
    }
}
