package io.keelson.host.xz;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/** The functions and constants of lzma/base.h and lzma/container.h that decoding needs. */
final class LibLzma {
    static final int OK = 0;
    static final int STREAM_END = 1;
    static final int MEMORY_ERROR = 5;
    static final int MEMORY_LIMIT_ERROR = 6;
    static final int FORMAT_ERROR = 7;
    static final int OPTIONS_ERROR = 8;
    static final int BUFFER_ERROR = 10;

    /** {@code lzma_stream} on 64-bit systems; a fresh one is all zeros. */
    static final long STREAM_BYTES = 136;

    static final long NEXT_IN = 0;
    static final long AVAILABLE_IN = 8;
    static final long NEXT_OUT = 24;
    static final long AVAILABLE_OUT = 32;

    private static final String LIBRARY = "liblzma.so.5";
    static final Optional<Functions> FUNCTIONS = load();

    /** Decodes every .xz stream and padding up to the end of the input (LZMA_CONCATENATED). */
    static final int CONCATENATED = 0x08;

    static final int ACTION_RUN = 0;

    /** There is no more input (LZMA_FINISH). */
    static final int ACTION_FINISH = 3;

    record Functions(MethodHandle streamDecoder, MethodHandle code, MethodHandle end) {}

    private LibLzma() {}

    /** Makes a zeroed stream a decoder of one .xz stream, or of what the flags say. */
    static int streamDecoder(MemorySegment stream, long memoryBytesMax, int flags) {
        try {
            return (int) functions().streamDecoder().invokeExact(stream, memoryBytesMax, flags);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int code(MemorySegment stream, int action) {
        try {
            return (int) functions().code().invokeExact(stream, action);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static void end(MemorySegment stream) {
        try {
            functions().end().invokeExact(stream);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static Functions functions() {
        return FUNCTIONS.orElseThrow(
                () -> new IllegalStateException(LIBRARY + " is missing; install liblzma5"));
    }

    private static IllegalStateException unexpected(Throwable cause) {
        return cause instanceof IllegalStateException known
                ? known
                : new IllegalStateException("calling " + LIBRARY + " failed in the linker", cause);
    }

    @SuppressWarnings("restricted") // Loading a native library is this class's purpose.
    private static Optional<Functions> load() {
        SymbolLookup library;
        try {
            // Loaded once and never unloaded: handles in static fields must not outlive it.
            library = SymbolLookup.libraryLookup(LIBRARY, Arena.global());
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
        FunctionDescriptor streamDecoder =
                FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
        FunctionDescriptor code = FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT);
        return Optional.of(
                new Functions(
                        bind(library, "lzma_stream_decoder", streamDecoder),
                        bind(library, "lzma_code", code),
                        bind(library, "lzma_end", FunctionDescriptor.ofVoid(ADDRESS))));
    }

    @SuppressWarnings("restricted") // As above.
    private static MethodHandle bind(SymbolLookup library, String name, FunctionDescriptor type) {
        return Linker.nativeLinker().downcallHandle(library.findOrThrow(name), type);
    }
}
