package io.keelson.engine.install;

import io.keelson.engine.fetch.FileStream;
import io.keelson.engine.state.OfferedFile;

import java.io.FilterInputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * Counts and hashes a file from its first byte, to tell at its end whether it is the one offered.
 */
final class PayloadStream extends FilterInputStream {
    private final MessageDigest digest;
    private long count;

    PayloadStream(FileStream in, MessageDigest digest) {
        super(in);
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

    /** Reads, and hashes, to the end. */
    void drain() throws IOException {
        byte[] buffer = new byte[1 << 16];
        while (read(buffer, 0, buffer.length) >= 0) {
            // Only the hash is wanted.
        }
    }

    /** Whether all that was read is not the file that was offered; ends the hashing. */
    boolean isOther(OfferedFile offered) {
        return count != offered.sizeBytes()
                || !HexFormat.of().formatHex(digest.digest()).equals(offered.sha256Hex());
    }
}
