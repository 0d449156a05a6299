package io.keelson.image.kmod;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What depmod reads from a kernel module: a relocatable ELF64 file (System V gABI, chapter 4).
 *
 * @param info the lines of section .modinfo, {@code key=value}
 * @param exports symbols that other modules may use
 * @param imports symbols that the module takes from elsewhere, in the order of its symbol table
 */
record ModuleFile(List<String> info, Set<String> exports, Set<String> imports) {
    private static final int ELF_MAGIC = 0x7f454c46;
    private static final int CLASS_64 = 2;
    private static final int LITTLE_ENDIAN = 1;
    private static final int HEADER_BYTES = 64;
    private static final int SECTION_HEADER_BYTES = 64;
    private static final int SYMBOL_BYTES = 24;
    private static final int SHT_SYMTAB = 2;
    private static final int SHN_UNDEF = 0;
    private static final int STB_GLOBAL = 1;
    private static final int STB_WEAK = 2;
    private static final String EXPORT_PREFIX = "__ksymtab_";

    private record Section(String name, int type, int offset, int size, int link) {}

    static ModuleFile parse(byte[] file, String path) throws IOException {
        try {
            ByteBuffer elf = ByteBuffer.wrap(file);
            if (file.length < HEADER_BYTES
                    || elf.getInt(0) != ELF_MAGIC
                    || elf.get(4) != CLASS_64
                    || elf.get(5) != LITTLE_ENDIAN) {
                throw new IOException(path + " is not a 64-bit ELF file");
            }
            elf.order(ByteOrder.LITTLE_ENDIAN);
            List<Section> sections = sections(elf);
            return new ModuleFile(
                    named(sections, ".modinfo").map(s -> strings(elf, s)).orElse(List.of()),
                    exported(elf, sections),
                    undefined(elf, sections));
        } catch (BufferUnderflowException | IndexOutOfBoundsException | ArithmeticException e) {
            throw new IOException(path + " is a damaged ELF file", e);
        }
    }

    /** Values of a key in .modinfo, in their order. */
    List<String> values(String key) {
        return info.stream()
                .filter(line -> line.startsWith(key + "="))
                .map(line -> line.substring(key.length() + 1))
                .toList();
    }

    private static List<Section> sections(ByteBuffer elf) {
        int table = Math.toIntExact(elf.getLong(40));
        int count = Short.toUnsignedInt(elf.getShort(60));
        int names = Short.toUnsignedInt(elf.getShort(62));
        int namesOffset = Math.toIntExact(elf.getLong(table + names * SECTION_HEADER_BYTES + 24));
        List<Section> sections = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int at = table + i * SECTION_HEADER_BYTES;
            sections.add(
                    new Section(
                            string(elf, namesOffset + elf.getInt(at)),
                            elf.getInt(at + 4),
                            Math.toIntExact(elf.getLong(at + 24)),
                            Math.toIntExact(elf.getLong(at + 32)),
                            elf.getInt(at + 40)));
        }
        return sections;
    }

    private static Optional<Section> named(List<Section> sections, String name) {
        return sections.stream().filter(section -> section.name().equals(name)).findFirst();
    }

    private static Set<String> undefined(ByteBuffer elf, List<Section> sections) {
        Set<String> symbols = new LinkedHashSet<>();
        eachSymbol(
                elf,
                sections,
                (name, binding, section) -> {
                    boolean external = binding == STB_GLOBAL || binding == STB_WEAK;
                    if (external && section == SHN_UNDEF && !name.isEmpty()) {
                        symbols.add(name);
                    }
                });
        return symbols;
    }

    /** Section __ksymtab_strings would not do: it has the names of symbol namespaces as well. */
    private static Set<String> exported(ByteBuffer elf, List<Section> sections) {
        Set<String> symbols = new LinkedHashSet<>();
        eachSymbol(
                elf,
                sections,
                (name, binding, section) -> {
                    if (section != SHN_UNDEF && name.startsWith(EXPORT_PREFIX)) {
                        symbols.add(name.substring(EXPORT_PREFIX.length()));
                    }
                });
        return symbols;
    }

    private interface SymbolVisitor {
        void visit(String name, int binding, int section);
    }

    private static void eachSymbol(ByteBuffer elf, List<Section> sections, SymbolVisitor visitor) {
        for (Section table : sections) {
            if (table.type() != SHT_SYMTAB) {
                continue;
            }
            int names = sections.get(table.link()).offset();
            int end = table.offset() + table.size();
            for (int at = table.offset(); at + SYMBOL_BYTES <= end; at += SYMBOL_BYTES) {
                visitor.visit(
                        string(elf, names + elf.getInt(at)),
                        (elf.get(at + 4) & 0xff) >> 4,
                        Short.toUnsignedInt(elf.getShort(at + 6)));
            }
        }
    }

    private static List<String> strings(ByteBuffer elf, Section section) {
        List<String> found = new ArrayList<>();
        int end = section.offset() + section.size();
        int at = section.offset();
        while (at < end) {
            String text = string(elf, at);
            if (!text.isEmpty()) {
                found.add(text);
            }
            at += text.getBytes(StandardCharsets.ISO_8859_1).length + 1;
        }
        return found;
    }

    private static String string(ByteBuffer elf, int at) {
        int end = at;
        while (elf.get(end) != 0) {
            end++;
        }
        byte[] text = new byte[end - at];
        elf.get(at, text);
        return new String(text, StandardCharsets.ISO_8859_1);
    }
}
