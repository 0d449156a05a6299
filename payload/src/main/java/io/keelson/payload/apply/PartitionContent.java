package io.keelson.payload.apply;

import io.keelson.payload.PayloadError;
import io.keelson.payload.PayloadException;
import io.keelson.payload.PayloadTarget;
import io.keelson.payload.manifest.PartitionUpdate;
import io.keelson.payload.manifest.Sha256;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;

/** The content of one partition as it is written, front to back. */
final class PartitionContent {
    private final PartitionUpdate update;
    private final PayloadTarget target;
    private final MessageDigest digest = Sha256.digest();
    private long position;

    PartitionContent(PartitionUpdate update, PayloadTarget target) {
        this.update = update;
        this.target = target;
    }

    /** Writes the bytes, except for those of the last block that are beyond the content. */
    void append(ByteBuffer bytes) throws PayloadException {
        long rest = update.sizeBytes() - position;
        if (bytes.remaining() > rest) {
            bytes.limit(bytes.position() + (int) rest);
        }
        digest.update(bytes.duplicate());
        int length = bytes.remaining();
        try {
            target.write(bytes, position);
        } catch (IOException e) {
            throw new PayloadException(
                    PayloadError.DOWNLOAD_WRITE,
                    "writing "
                            + length
                            + " bytes at offset "
                            + position
                            + " of "
                            + update.name()
                            + " failed: "
                            + e.getMessage(),
                    e);
        }
        position += length;
    }

    void requireSignedContent(PayloadError otherwise) throws PayloadException {
        Sha256 signed = update.sha256().orElseThrow();
        if (position != update.sizeBytes() || !signed.matches(digest)) {
            throw new PayloadException(
                    otherwise,
                    "the "
                            + update.name()
                            + " partition as written does not have the signed hash "
                            + signed.hex());
        }
    }
}
