package io.keelson.disk.pe;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** A PE32+ image, as UEFI loads it. */
public final class PeFile {
    private static final int CERTIFICATE_ALIGNMENT = 8;
    // WIN_CERTIFICATE: u32 length, u16 revision 2.0, u16 type PKCS_SIGNED_DATA.
    private static final int CERTIFICATE_HEADER_BYTES = 8;
    private static final short CERTIFICATE_REVISION = 0x0200;
    private static final short CERTIFICATE_PKCS7 = 0x0002;

    private final byte[] bytes;
    private final ByteBuffer image;
    private final PeLayout layout;
    private final List<PeSection> sections;

    private PeFile(byte[] bytes, PeLayout layout, List<PeSection> sections) {
        this.bytes = bytes;
        this.image = littleEndian(bytes);
        this.layout = layout;
        this.sections = sections;
    }

    /**
     * Reads an image.
     *
     * @throws IOException when the bytes are not a PE32+ image, or its parts pass its end
     */
    public static PeFile parse(byte[] bytes) throws IOException {
        ByteBuffer image = littleEndian(bytes);
        PeLayout layout = PeLayout.of(image);
        List<PeSection> sections = new ArrayList<>();
        for (int i = 0; i < layout.sectionCount(); i++) {
            PeSection section = PeSection.decode(image, layout.sectionHeader(i));
            if (section.rawEnd() > bytes.length) {
                throw new IOException(
                        "section %s of the PE image ends at %d, after the file's %d bytes"
                                .formatted(section.name(), section.rawEnd(), bytes.length));
            }
            sections.add(section);
        }
        PeFile file = new PeFile(bytes.clone(), layout, List.copyOf(sections));
        file.requireConsistentSizes();
        return file;
    }

    private void requireConsistentSizes() throws IOException {
        long tableEnd = layout.sectionHeader(layout.sectionCount());
        if (headerBytes() < tableEnd || headerBytes() > image.limit()) {
            throw new IOException("the PE image's SizeOfHeaders is wrong: " + headerBytes());
        }
        long offset = Integer.toUnsignedLong(image.getInt(layout.certificateDirectory()));
        if (certificateBytes() != 0
                && (offset < headerBytes() || offset + certificateBytes() != image.limit())) {
            throw new IOException("the PE image's certificates are not at its end");
        }
    }

    public List<PeSection> sections() {
        return sections;
    }

    /** A section's content without padding. */
    public Optional<byte[]> section(String name) {
        return sections.stream()
                .filter(section -> section.name().equals(name))
                .findFirst()
                .map(this::content);
    }

    byte[] content(PeSection section) {
        // Memory beyond the file's bytes is zero: only what the file has is content.
        int length = (int) Math.min(section.virtualSize(), section.rawSize());
        byte[] content = new byte[length];
        image.get((int) section.rawOffset(), content);
        return content;
    }

    /**
     * The SHA-256 Authenticode hash: what a signature signs, what {@code db} lists and what the
     * firmware extends into PCR 4. It leaves out the checksum and the certificates.
     */
    public byte[] authenticodeHash() {
        MessageDigest digest = sha256();
        int certificates = layout.certificateDirectory();
        update(digest, 0, layout.checkSum());
        update(digest, layout.checkSum() + 4, certificates);
        update(digest, certificates + 8, headerBytes());
        long hashed = headerBytes();
        List<PeSection> inFileOrder =
                sections.stream()
                        .filter(section -> section.rawSize() > 0)
                        .sorted(Comparator.comparingLong(PeSection::rawOffset))
                        .toList();
        for (PeSection section : inFileOrder) {
            update(digest, section.rawOffset(), section.rawEnd());
            hashed += section.rawSize();
        }
        // By the specification a sum, not a place: gaps between sections move what is "trailing".
        long end = image.limit() - certificateBytes();
        if (end > hashed) {
            update(digest, hashed, end);
        }
        digest.update(new byte[(int) (roundUp(end, CERTIFICATE_ALIGNMENT) - end)]);
        return digest.digest();
    }

    /** IMAGE_FILE_HEADER.Machine: what processor the program is for. */
    public int machine() {
        return Short.toUnsignedInt(image.getShort(layout.machine()));
    }

    public boolean isSigned() {
        return certificateBytes() != 0;
    }

    /** Whether the image says it runs with non-executable data (IMAGE_DLLCHARACTERISTICS_NX). */
    public boolean isNxCompatible() {
        return (image.getShort(layout.dllCharacteristics()) & UkiBuilder.NX_COMPATIBLE) != 0;
    }

    public byte[] bytes() {
        return bytes.clone();
    }

    /**
     * This image with a signature appended.
     *
     * @param pkcs7 DER of a PKCS#7 SignedData over {@link #authenticodeHash}
     * @throws IllegalStateException when it has one already
     */
    public PeFile withCertificate(byte[] pkcs7) {
        if (isSigned()) {
            throw new IllegalStateException("the PE image is signed already");
        }
        int offset = (int) roundUp(image.limit(), CERTIFICATE_ALIGNMENT);
        int length = CERTIFICATE_HEADER_BYTES + pkcs7.length;
        int padded = (int) roundUp(length, CERTIFICATE_ALIGNMENT);
        byte[] withSignature = Arrays.copyOf(bytes, offset + padded);
        ByteBuffer signed = littleEndian(withSignature);
        signed.putInt(offset, padded);
        signed.putShort(offset + 4, CERTIFICATE_REVISION);
        signed.putShort(offset + 6, CERTIFICATE_PKCS7);
        signed.put(offset + CERTIFICATE_HEADER_BYTES, pkcs7);
        signed.putInt(layout.certificateDirectory(), offset);
        signed.putInt(layout.certificateDirectory() + 4, padded);
        // It covered the file without the signature; firmware ignores it, and 0 means none.
        signed.putInt(layout.checkSum(), 0);
        return new PeFile(withSignature, layout, sections);
    }

    PeLayout layout() {
        return layout;
    }

    private static ByteBuffer littleEndian(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    static long roundUp(long value, long alignment) {
        return (value + alignment - 1) / alignment * alignment;
    }

    private long headerBytes() {
        return Integer.toUnsignedLong(image.getInt(layout.sizeOfHeaders()));
    }

    private long certificateBytes() {
        return Integer.toUnsignedLong(image.getInt(layout.certificateDirectory() + 4));
    }

    private void update(MessageDigest digest, long from, long to) {
        digest.update(bytes, (int) from, (int) (to - from));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
