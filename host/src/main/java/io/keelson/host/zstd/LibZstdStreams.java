package io.keelson.host.zstd;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/** The streaming half of zstd.h, all of its stable API. */
final class LibZstdStreams {
    /** {@code ZSTD_inBuffer} and {@code ZSTD_outBuffer}: address, size, position. */
    static final long BUFFER_BYTES = 24;

    private static final long SIZE_AT = 8;
    private static final long POSITION_AT = 16;

    static final Optional<Functions> FUNCTIONS = LibZstd.LIBRARY_SYMBOLS.map(LibZstdStreams::load);

    record Functions(
            MethodHandle versionNumber,
            MethodHandle setDecoding,
            MethodHandle decompressStream,
            EncodingFunctions encoding) {}

    record EncodingFunctions(
            MethodHandle createContext,
            MethodHandle freeContext,
            MethodHandle setParameter,
            MethodHandle compressStream) {}

    private LibZstdStreams() {}

    /** A buffer structure over these bytes; it lives as long as the arena. */
    static MemorySegment buffer(Arena arena, MemorySegment bytes) {
        MemorySegment buffer = arena.allocate(BUFFER_BYTES, Long.BYTES);
        buffer.set(ADDRESS, 0, bytes);
        limit(buffer, bytes.byteSize());
        return buffer;
    }

    /** Makes the first bytes those that count, none of them used yet. */
    static void limit(MemorySegment buffer, long bytes) {
        buffer.set(JAVA_LONG, SIZE_AT, bytes);
        buffer.set(JAVA_LONG, POSITION_AT, 0);
    }

    static long position(MemorySegment buffer) {
        return buffer.get(JAVA_LONG, POSITION_AT);
    }

    static long remaining(MemorySegment buffer) {
        return buffer.get(JAVA_LONG, SIZE_AT) - position(buffer);
    }

    static int versionNumber() {
        try {
            return (int) functions().versionNumber().invokeExact();
        } catch (Throwable e) {
            throw LibZstd.unexpected(e);
        }
    }

    static void setDecoding(MemorySegment context, int parameter, int value) throws IOException {
        long code;
        try {
            code = (long) functions().setDecoding().invokeExact(context, parameter, value);
        } catch (Throwable e) {
            throw LibZstd.unexpected(e);
        }
        LibZstd.checked(code);
    }

    /** Returns 0 once a frame is complete and flushed. */
    static long decompress(MemorySegment context, MemorySegment out, MemorySegment in)
            throws IOException {
        long code;
        try {
            code = (long) functions().decompressStream().invokeExact(context, out, in);
        } catch (Throwable e) {
            throw LibZstd.unexpected(e);
        }
        return LibZstd.checked(code);
    }

    static MemorySegment createEncoder() {
        MemorySegment context;
        try {
            context = (MemorySegment) functions().encoding().createContext().invokeExact();
        } catch (Throwable e) {
            throw LibZstd.unexpected(e);
        }
        if (context.equals(MemorySegment.NULL)) {
            throw new IllegalStateException("libzstd has no memory for an encoding context");
        }
        return context;
    }

    static void freeEncoder(MemorySegment context) {
        try {
            long _ = (long) functions().encoding().freeContext().invokeExact(context);
        } catch (Throwable e) {
            throw LibZstd.unexpected(e);
        }
    }

    static void setEncoding(MemorySegment context, int parameter, int value) throws IOException {
        long code;
        try {
            code =
                    (long)
                            functions()
                                    .encoding()
                                    .setParameter()
                                    .invokeExact(context, parameter, value);
        } catch (Throwable e) {
            throw LibZstd.unexpected(e);
        }
        LibZstd.checked(code);
    }

    /** Returns 0 once everything, and with {@code ZSTD_e_end} the frame, is flushed. */
    static long compress(MemorySegment context, MemorySegment out, MemorySegment in, int directive)
            throws IOException {
        long code;
        try {
            code =
                    (long)
                            functions()
                                    .encoding()
                                    .compressStream()
                                    .invokeExact(context, out, in, directive);
        } catch (Throwable e) {
            throw LibZstd.unexpected(e);
        }
        return LibZstd.checked(code);
    }

    private static Functions functions() {
        LibZstd.functions();
        return FUNCTIONS.orElseThrow();
    }

    private static Functions load(SymbolLookup library) {
        FunctionDescriptor set = FunctionDescriptor.of(JAVA_LONG, ADDRESS, JAVA_INT, JAVA_INT);
        FunctionDescriptor decompress = FunctionDescriptor.of(JAVA_LONG, ADDRESS, ADDRESS, ADDRESS);
        FunctionDescriptor compress =
                FunctionDescriptor.of(JAVA_LONG, ADDRESS, ADDRESS, ADDRESS, JAVA_INT);
        FunctionDescriptor free = FunctionDescriptor.of(JAVA_LONG, ADDRESS);
        return new Functions(
                LibZstd.bind(library, "ZSTD_versionNumber", FunctionDescriptor.of(JAVA_INT)),
                LibZstd.bind(library, "ZSTD_DCtx_setParameter", set),
                LibZstd.bind(library, "ZSTD_decompressStream", decompress),
                new EncodingFunctions(
                        LibZstd.bind(library, "ZSTD_createCCtx", FunctionDescriptor.of(ADDRESS)),
                        LibZstd.bind(library, "ZSTD_freeCCtx", free),
                        LibZstd.bind(library, "ZSTD_CCtx_setParameter", set),
                        LibZstd.bind(library, "ZSTD_compressStream2", compress)));
    }
}
