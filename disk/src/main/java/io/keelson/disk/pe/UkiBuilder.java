package io.keelson.disk.pe;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Adds sections to systemd's stub to make a unified kernel image (UAPI.5; the rules are those of
 * systemd's ukify). The result has no gaps between sections and no times, so it is the same for the
 * same input and its Authenticode hash is the same by every reading of the specification.
 */
public final class UkiBuilder {
    static final int NX_COMPATIBLE = 0x0100;

    // IMAGE_SCN_CNT_INITIALIZED_DATA | IMAGE_SCN_MEM_READ, and with CNT_CODE for the kernel.
    private static final int DATA = 0x40000040;
    private static final int KERNEL = 0x40000020;
    private static final String KERNEL_SECTION = ".linux";
    private static final String SBAT_SECTION = ".sbat";
    private static final int PAGE_BYTES = 4096;
    private static final long IMAGE_BYTES_MAX = 1L << 30;

    private static final class Part {
        private final PeSection section;
        private final byte[] content;

        Part(PeSection section, byte[] content) {
            this.section = section;
            this.content = content;
        }

        Part at(long rawOffset, long rawSize) {
            PeSection s = section;
            return new Part(
                    new PeSection(
                            s.name(),
                            s.virtualAddress(),
                            s.virtualSize(),
                            rawOffset,
                            rawSize,
                            s.characteristics()),
                    content);
        }
    }

    private final PeFile stub;
    private final ByteBuffer stubBytes;
    private final List<Part> parts = new ArrayList<>();

    private UkiBuilder(PeFile stub) {
        this.stub = stub;
        this.stubBytes = ByteBuffer.wrap(stub.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (PeSection section : stub.sections()) {
            byte[] raw = new byte[(int) section.rawSize()];
            stubBytes.get((int) section.rawOffset(), raw);
            parts.add(new Part(section, raw));
        }
    }

    /**
     * Starts from a stub.
     *
     * @param stub systemd's EFI stub, not signed
     */
    public static UkiBuilder of(byte[] stub) throws IOException {
        PeFile file = PeFile.parse(stub);
        if (file.isSigned()) {
            throw new IOException("the stub is signed; take the one without a signature");
        }
        return new UkiBuilder(file);
    }

    /** Adds a section after those that are there; the order of calls is the order in the file. */
    public UkiBuilder section(String name, byte[] content) {
        if (name.length() > PeSection.NAME_BYTES || !name.startsWith(".")) {
            throw new IllegalArgumentException("not a section name: " + name);
        }
        if (find(parts, name).isPresent()) {
            throw new IllegalArgumentException("the image has a section " + name + " already");
        }
        boolean kernel = name.equals(KERNEL_SECTION);
        long end = parts.stream().mapToLong(part -> part.section.virtualEnd()).max().orElse(0);
        long address = PeFile.roundUp(end, alignment());
        parts.add(
                new Part(
                        new PeSection(name, address, content.length, 0, 0, kernel ? KERNEL : DATA),
                        content.clone()));
        return this;
    }

    /**
     * The image; not signed. The kernel's own {@code .sbat} lines are added to the stub's.
     *
     * @throws IOException when {@code .linux} is not a PE image, or the stub's headers are full
     */
    public byte[] build() throws IOException {
        Optional<Part> linux = find(parts, KERNEL_SECTION);
        if (linux.isEmpty()) {
            return layOut(parts, stub.isNxCompatible());
        }
        PeFile kernel = PeFile.parse(linux.get().content);
        // Firmware that enforces NX would fault in a kernel that is not ready for it.
        return layOut(withSbatOf(kernel), stub.isNxCompatible() && kernel.isNxCompatible());
    }

    private byte[] layOut(List<Part> parts, boolean nxCompatible) throws IOException {
        int tableEnd = stub.layout().sectionHeader(parts.size());
        int fileAlignment = stubBytes.getInt(stub.layout().fileAlignment());
        long headerBytes =
                Math.max(
                        Integer.toUnsignedLong(stubBytes.getInt(stub.layout().sizeOfHeaders())),
                        PeFile.roundUp(tableEnd, fileAlignment));
        long firstAddress =
                parts.stream().mapToLong(part -> part.section.virtualAddress()).min().orElse(0);
        if (headerBytes > firstAddress) {
            throw new IOException(
                    "the stub has no room for %d section headers: they need %d bytes before address %d"
                            .formatted(parts.size(), headerBytes, firstAddress));
        }
        List<Part> placed = place(parts, headerBytes, fileAlignment);
        long size = placed.stream().mapToLong(p -> p.section.rawEnd()).max().orElse(headerBytes);
        if (size > IMAGE_BYTES_MAX) {
            throw new IOException(
                    "the unified kernel image would have %d bytes, more than %d"
                            .formatted(size, IMAGE_BYTES_MAX));
        }
        ByteBuffer image = ByteBuffer.allocate((int) size).order(ByteOrder.LITTLE_ENDIAN);
        image.put(0, stubBytes, 0, stub.layout().sectionTable());
        for (int i = 0; i < placed.size(); i++) {
            Part part = placed.get(i);
            part.section.encode(image, stub.layout().sectionHeader(i));
            image.put((int) part.section.rawOffset(), part.content);
        }
        putHeader(image, placed, headerBytes);
        int flags = stubBytes.getShort(stub.layout().dllCharacteristics());
        image.putShort(
                stub.layout().dllCharacteristics(),
                (short) (nxCompatible ? flags : flags & ~NX_COMPATIBLE));
        return image.array();
    }

    /** Lays the raw data out without gaps, in the order it had; addresses stay. */
    private List<Part> place(List<Part> parts, long headerBytes, int fileAlignment) {
        List<Part> inFileOrder = new ArrayList<>(parts);
        int stubSections = stub.sections().size();
        inFileOrder
                .subList(0, stubSections)
                .sort(Comparator.comparingLong(part -> part.section.rawOffset()));
        Part[] placed = new Part[parts.size()];
        long offset = headerBytes;
        for (Part part : inFileOrder) {
            long rawSize = PeFile.roundUp(part.content.length, fileAlignment);
            placed[parts.indexOf(part)] = part.at(rawSize == 0 ? 0 : offset, rawSize);
            offset += rawSize;
        }
        return Arrays.asList(placed);
    }

    private void putHeader(ByteBuffer image, List<Part> placed, long headerBytes) {
        PeLayout layout = stub.layout();
        long added =
                placed.stream()
                        .skip(stub.sections().size())
                        .mapToLong(part -> part.section.rawSize())
                        .sum();
        long end = placed.stream().mapToLong(part -> part.section.virtualEnd()).max().orElse(0);
        int alignment = stubBytes.getInt(layout.sectionAlignment());
        image.putShort(layout.numberOfSections(), (short) placed.size());
        image.putInt(layout.timeDateStamp(), 0);
        // The symbol table, if any, followed the sections and is not carried over.
        image.putInt(layout.pointerToSymbolTable(), 0);
        image.putInt(layout.pointerToSymbolTable() + 4, 0);
        image.putInt(
                layout.sizeOfInitializedData(),
                (int) (stubBytes.getInt(layout.sizeOfInitializedData()) + added));
        image.putInt(layout.sizeOfImage(), (int) PeFile.roundUp(end, alignment));
        image.putInt(layout.sizeOfHeaders(), (int) headerBytes);
        image.putInt(layout.checkSum(), 0);
    }

    private List<Part> withSbatOf(PeFile kernel) throws IOException {
        Optional<byte[]> kernelSbat = kernel.section(SBAT_SECTION);
        Optional<Part> own = find(parts, SBAT_SECTION);
        if (kernelSbat.isEmpty() || own.isEmpty()) {
            return parts;
        }
        PeSection s = own.get().section;
        String merged = sbatOf(stub.content(s)) + sbatEntries(kernelSbat.get());
        byte[] content = merged.getBytes(StandardCharsets.UTF_8);
        long room =
                parts.stream()
                        .mapToLong(part -> part.section.virtualAddress())
                        .filter(address -> address > s.virtualAddress())
                        .map(address -> address - s.virtualAddress())
                        .min()
                        .orElse(PAGE_BYTES);
        if (content.length > room) {
            throw new IOException(
                    "the stub has %d bytes for SBAT lines, stub and kernel have %d"
                            .formatted(room, content.length));
        }
        PeSection larger =
                new PeSection(
                        s.name(),
                        s.virtualAddress(),
                        content.length,
                        s.rawOffset(),
                        s.rawSize(),
                        s.characteristics());
        List<Part> changed = new ArrayList<>(parts);
        changed.set(parts.indexOf(own.get()), new Part(larger, content));
        return changed;
    }

    /** SBAT is CSV text, padded with NULs by some linkers; one line end after the last line. */
    private static String sbatOf(byte[] section) {
        String text = new String(section, StandardCharsets.UTF_8).replace("\0", "");
        return text.isEmpty() || text.endsWith("\n") ? text : text + "\n";
    }

    private static String sbatEntries(byte[] section) {
        // The first line names the format ("sbat,1,..."); the stub's text has it.
        return sbatOf(section)
                .lines()
                .filter(line -> !line.startsWith("sbat,"))
                .map(line -> line + "\n")
                .reduce("", String::concat);
    }

    private long alignment() {
        // The 252 stub has 0x200; the loader maps pages.
        return Math.max(stubBytes.getInt(stub.layout().sectionAlignment()), PAGE_BYTES);
    }

    private static Optional<Part> find(List<Part> parts, String name) {
        return parts.stream().filter(part -> part.section.name().equals(name)).findFirst();
    }
}
