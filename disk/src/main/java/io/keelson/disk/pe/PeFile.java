package io.keelson.disk.pe;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** A PE32+ image. */
public final class PeFile {
    private PeFile() {}

    /**
     * @throws IOException when the bytes are not a PE32+ image
     */
    public static PeFile parse(byte[] bytes) throws IOException {
        throw new UnsupportedOperationException();
    }

    public List<PeSection> sections() {
        throw new UnsupportedOperationException();
    }

    /** A section's content, VirtualSize bytes. */
    public Optional<byte[]> section(String name) {
        throw new UnsupportedOperationException();
    }

    /** SHA-256 Authenticode hash: what is signed, and what a TPM's PCR 4 gets. */
    public byte[] authenticodeHash() {
        throw new UnsupportedOperationException();
    }

    public boolean isSigned() {
        throw new UnsupportedOperationException();
    }

    public byte[] bytes() {
        throw new UnsupportedOperationException();
    }

    /** This image with a PKCS#7 signature (DER) appended; refuses an image that has one. */
    public PeFile withCertificate(byte[] pkcs7) {
        throw new UnsupportedOperationException();
    }
}
