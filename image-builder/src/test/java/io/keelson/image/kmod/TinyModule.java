package io.keelson.image.kmod;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The smallest ELF file that kmod takes for a kernel module. */
final class TinyModule {
    private static final int SHT_PROGBITS = 1;
    private static final int SHT_SYMTAB = 2;
    private static final int SHT_STRTAB = 3;
    private static final short SHN_ABS = (short) 0xfff1;
    private static final byte GLOBAL = 0x10;

    private record Section(String name, int type, ByteBuffer content, int link, int entrySize) {}

    private TinyModule() {}

    static byte[] of(List<String> info, List<String> exports, List<String> imports) {
        ByteArrayOutputStream strings = new ByteArrayOutputStream();
        strings.write(0);
        ByteBuffer symbols = little(24 * (1 + 2 * exports.size() + imports.size()));
        symbols.position(24);
        for (String export : exports) {
            symbol(symbols, add(strings, "__ksymtab_" + export), SHN_ABS);
            symbol(symbols, add(strings, "__crc_" + export), SHN_ABS);
        }
        for (String wanted : imports) {
            symbol(symbols, add(strings, wanted), (short) 0);
        }
        return file(
                List.of(
                        new Section(".modinfo", SHT_PROGBITS, ByteBuffer.wrap(text(info)), 0, 0),
                        new Section(
                                "__ksymtab_strings",
                                SHT_PROGBITS,
                                ByteBuffer.wrap(
                                        exports.isEmpty()
                                                ? new byte[0]
                                                : text(List.of("A_NAMESPACE"))),
                                0,
                                0),
                        new Section(".symtab", SHT_SYMTAB, symbols.flip(), 4, 24),
                        new Section(
                                ".strtab",
                                SHT_STRTAB,
                                ByteBuffer.wrap(strings.toByteArray()),
                                0,
                                0)));
    }

    private static void symbol(ByteBuffer out, int name, short section) {
        out.putInt(name).put(GLOBAL).put((byte) 0).putShort(section).putLong(0).putLong(0);
    }

    private static byte[] file(List<Section> content) {
        List<Section> sections = new ArrayList<>(content);
        ByteArrayOutputStream names = new ByteArrayOutputStream();
        names.write(0);
        sections.addFirst(new Section("", 0, ByteBuffer.allocate(0), 0, 0));
        sections.add(new Section(".shstrtab", SHT_STRTAB, ByteBuffer.allocate(0), 0, 0));
        int[] nameAt =
                sections.stream()
                        .mapToInt(s -> s.name().isEmpty() ? 0 : add(names, s.name()))
                        .toArray();
        int last = sections.size() - 1;
        sections.set(
                last,
                new Section(".shstrtab", SHT_STRTAB, ByteBuffer.wrap(names.toByteArray()), 0, 0));
        int size = 64 + sections.stream().mapToInt(s -> s.content().remaining() + 64).sum();
        ByteBuffer elf = little(size);
        int table = size - 64 * sections.size();
        elf.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1}).position(16);
        elf.putShort((short) 1).putShort((short) 62).putInt(1).putLong(0).putLong(0);
        elf.putLong(table).putInt(0).putShort((short) 64).putShort((short) 0).putShort((short) 0);
        elf.putShort((short) 64).putShort((short) sections.size()).putShort((short) last);
        int at = 64;
        for (int i = 0; i < sections.size(); i++) {
            Section section = sections.get(i);
            elf.position(at).put(section.content().duplicate());
            elf.position(table + i * 64);
            elf.putInt(nameAt[i]).putInt(section.type()).putLong(0).putLong(0);
            elf.putLong(at).putLong(section.content().remaining()).putInt(section.link()).putInt(0);
            elf.putLong(1).putLong(section.entrySize());
            at += section.content().remaining();
        }
        byte[] file = new byte[size];
        elf.get(0, file);
        return file;
    }

    private static int add(ByteArrayOutputStream strings, String text) {
        int at = strings.size();
        strings.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
        strings.write(0);
        return at;
    }

    private static byte[] text(List<String> lines) {
        return (String.join("\0", lines) + "\0").getBytes(StandardCharsets.US_ASCII);
    }

    private static ByteBuffer little(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
