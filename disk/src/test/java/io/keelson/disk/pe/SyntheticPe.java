package io.keelson.disk.pe;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A small PE32+ image in the shape of systemd's stub. */
final class SyntheticPe {
    private static final int PE = 0x80;
    private static final int OPTIONAL_BYTES = 240;
    private static final int TABLE = PE + 24 + OPTIONAL_BYTES;
    private static final int FILE_ALIGNMENT = 0x200;

    private record Section(String name, ByteBuffer content) {
        int size() {
            return content.capacity();
        }
    }

    private final List<Section> sections = new ArrayList<>();
    private int headerBytes = 0x400;
    private int flags = 0x160;
    private byte[] trailer = {};

    static SyntheticPe stub() {
        return new SyntheticPe()
                .with(".text", "code of the stub".getBytes(StandardCharsets.US_ASCII))
                .with(".sbat", sbat("stub"))
                .with(
                        ".sdmagic",
                        "#### LoaderInfo: systemd-stub ####".getBytes(StandardCharsets.US_ASCII));
    }

    static SyntheticPe kernel() {
        return new SyntheticPe()
                .with(".text", "code of the kernel".getBytes(StandardCharsets.US_ASCII));
    }

    static byte[] sbat(String name) {
        return ("sbat,1,SBAT Version,sbat,1,https://example.org\n" + name + ",1,a,b,c,d\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    SyntheticPe with(String name, byte[] content) {
        sections.add(new Section(name, ByteBuffer.wrap(content)));
        return this;
    }

    SyntheticPe headers(int bytes) {
        headerBytes = bytes;
        return this;
    }

    SyntheticPe flags(int dllCharacteristics) {
        flags = dllCharacteristics;
        return this;
    }

    /** Bytes after the last section, such as a symbol table. */
    SyntheticPe trailer(byte[] bytes) {
        trailer = bytes;
        return this;
    }

    byte[] build() {
        int size = headerBytes;
        for (Section section : sections) {
            size += round(section.size(), FILE_ALIGNMENT);
        }
        ByteBuffer b = ByteBuffer.allocate(size + trailer.length).order(ByteOrder.LITTLE_ENDIAN);
        b.putShort(0, (short) 0x5A4D).putInt(0x3C, PE).putInt(PE, 0x4550);
        b.putShort(PE + 4, (short) 0x8664).putShort(PE + 6, (short) sections.size());
        b.putInt(PE + 8, 0x12345678);
        b.putInt(PE + 12, trailer.length == 0 ? 0 : size).putInt(PE + 16, trailer.length / 18);
        b.putShort(PE + 20, (short) OPTIONAL_BYTES).putShort(PE + 22, (short) 0x22E);
        int optional = PE + 24;
        b.putShort(optional, (short) 0x20B);
        b.putInt(optional + 32, 0x1000).putInt(optional + 36, FILE_ALIGNMENT);
        b.putInt(optional + 60, headerBytes).putInt(optional + 64, 0xCAFE);
        b.putShort(optional + 68, (short) 0x0A).putShort(optional + 70, (short) flags);
        b.putInt(optional + 108, 16);
        int raw = headerBytes;
        int address = 0x1000;
        for (int i = 0; i < sections.size(); i++) {
            Section section = sections.get(i);
            int rawSize = round(section.size(), FILE_ALIGNMENT);
            new PeSection(section.name, address, section.size(), raw, rawSize, 0x60000020)
                    .encode(b, TABLE + 40 * i);
            b.put(raw, section.content, 0, section.size());
            raw += rawSize;
            address += round(section.size(), 0x1000);
        }
        b.putInt(optional + 56, address);
        b.put(size, trailer);
        return b.array();
    }

    private static int round(int value, int to) {
        return (value + to - 1) / to * to;
    }
}
