package io.keelson.payload;

import java.io.IOException;
import java.io.InputStream;

/** The bytes of a payload in order; every way a stream can end early is a transfer error. */
final class PayloadInput {
    private final InputStream in;
    private long position;

    PayloadInput(InputStream in) {
        this(in, 0);
    }

    /** A stream that starts at this offset of the payload file. */
    PayloadInput(InputStream in, long fileOffset) {
        this.in = in;
        this.position = fileOffset;
    }

    /** Offset in the payload file of the next byte. */
    long position() {
        return position;
    }

    byte[] read(String what, int bytes) throws PayloadException {
        byte[] buffer = new byte[bytes];
        read(what, buffer, bytes);
        return buffer;
    }

    void read(String what, byte[] buffer, int bytes) throws PayloadException {
        int read;
        try {
            read = in.readNBytes(buffer, 0, bytes);
        } catch (IOException e) {
            throw new PayloadException(
                    PayloadError.DOWNLOAD_TRANSFER,
                    "reading the payload failed in " + what + ": " + e.getMessage(),
                    e);
        }
        position += read;
        if (read != bytes) {
            throw new PayloadException(
                    PayloadError.DOWNLOAD_TRANSFER,
                    "the payload ends at byte " + position + ", in the middle of " + what);
        }
    }

    void requireEnd() throws PayloadException {
        try {
            if (in.read() == -1) {
                return;
            }
        } catch (IOException e) {
            throw new PayloadException(
                    PayloadError.DOWNLOAD_TRANSFER,
                    "reading the payload failed at its end: " + e.getMessage(),
                    e);
        }
        throw new PayloadException(
                PayloadError.PAYLOAD_SIZE_MISMATCH,
                "the payload goes on after its signatures, which end at byte " + position);
    }
}
