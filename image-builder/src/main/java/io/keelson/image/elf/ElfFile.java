package io.keelson.image.elf;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a 64-bit little-endian ELF program needs to start (ELF-64 object file format, sections 8 and
 * 9).
 *
 * @param interpreter path of the dynamic loader, absent in static programs and libraries
 * @param needed names of shared libraries
 */
public record ElfFile(Optional<String> interpreter, List<String> needed) {
    private static final int MAGIC = 0x464C457F;
    private static final int CLASS_AND_DATA = 0x0102;
    private static final int HEADER_BYTES = 64;
    private static final int PROGRAM_HEADER_BYTES = 56;
    private static final int PT_LOAD = 1;
    private static final int PT_DYNAMIC = 2;
    private static final int PT_INTERP = 3;
    private static final long DT_NULL = 0;
    private static final long DT_NEEDED = 1;
    private static final long DT_STRTAB = 5;
    private static final int STRING_BYTES_MAX = 4096;

    private record Segment(int type, long offset, long address, long fileBytes) {}

    public ElfFile {
        needed = List.copyOf(needed);
    }

    public static boolean is(byte[] bytes) {
        return bytes.length >= HEADER_BYTES
                && ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(0) == MAGIC;
    }

    /** What processor a file is for, which {@link #is} has called an ELF file. */
    public static int machine(byte[] bytes) {
        return Short.toUnsignedInt(
                ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getShort(18));
    }

    public static ElfFile parse(String name, byte[] bytes) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        try {
            if (!is(bytes) || in.getShort(4) != CLASS_AND_DATA) {
                throw new IOException(name + " is not a 64-bit little-endian ELF file");
            }
            List<Segment> segments = segments(in);
            Optional<String> interpreter = Optional.empty();
            List<String> needed = List.of();
            for (Segment segment : segments) {
                if (segment.type() == PT_INTERP) {
                    interpreter = Optional.of(string(in, segment.offset()));
                } else if (segment.type() == PT_DYNAMIC) {
                    needed = needed(in, segment, segments);
                }
            }
            return new ElfFile(interpreter, needed);
        } catch (IndexOutOfBoundsException
                | IllegalArgumentException
                | ArithmeticException
                | BufferUnderflowException e) {
            throw new IOException(name + " is a damaged ELF file", e);
        }
    }

    private static List<Segment> segments(ByteBuffer in) {
        long table = in.getLong(32);
        int count = Short.toUnsignedInt(in.getShort(56));
        List<Segment> segments = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int at = Math.toIntExact(table + (long) i * PROGRAM_HEADER_BYTES);
            segments.add(
                    new Segment(
                            in.getInt(at),
                            in.getLong(at + 8),
                            in.getLong(at + 16),
                            in.getLong(at + 32)));
        }
        return segments;
    }

    private static List<String> needed(ByteBuffer in, Segment dynamic, List<Segment> segments) {
        List<Long> names = new ArrayList<>();
        long strings = 0;
        long end = dynamic.offset() + dynamic.fileBytes();
        for (long at = dynamic.offset(); at + 16 <= end; at += 16) {
            long tag = in.getLong((int) at);
            long value = in.getLong((int) at + 8);
            if (tag == DT_NULL) {
                break;
            } else if (tag == DT_NEEDED) {
                names.add(value);
            } else if (tag == DT_STRTAB) {
                strings = fileOffset(value, segments);
            }
        }
        List<String> needed = new ArrayList<>();
        for (long name : names) {
            needed.add(string(in, strings + name));
        }
        return needed;
    }

    private static long fileOffset(long address, List<Segment> segments) {
        for (Segment segment : segments) {
            long into = address - segment.address();
            if (segment.type() == PT_LOAD && into >= 0 && into < segment.fileBytes()) {
                return segment.offset() + into;
            }
        }
        throw new IllegalArgumentException("address outside of the file: " + address);
    }

    private static String string(ByteBuffer in, long offset) {
        int start = Math.toIntExact(offset);
        int end = start;
        while (in.get(end) != 0) {
            end++;
            if (end - start > STRING_BYTES_MAX) {
                throw new IllegalArgumentException("string without an end");
            }
        }
        return StandardCharsets.UTF_8.decode(in.slice(start, end - start)).toString();
    }
}
