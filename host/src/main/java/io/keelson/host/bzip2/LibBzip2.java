package io.keelson.host.bzip2;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/** The functions and constants of bzlib.h that decoding needs. */
final class LibBzip2 {
    static final int OK = 0;
    static final int STREAM_END = 4;
    static final int MEMORY_ERROR = -3;
    static final int MAGIC_ERROR = -5;

    /** {@code bz_stream} on 64-bit systems; a fresh one is all zeros. */
    static final long STREAM_BYTES = 80;

    static final long NEXT_IN = 0;
    static final long AVAILABLE_IN = 8;
    static final long NEXT_OUT = 24;
    static final long AVAILABLE_OUT = 32;

    private static final String LIBRARY = "libbz2.so.1.0";
    static final Optional<Functions> FUNCTIONS = load();

    record Functions(MethodHandle init, MethodHandle decompress, MethodHandle end) {}

    private LibBzip2() {}

    /** Makes a zeroed stream a decoder. */
    static int init(MemorySegment stream) {
        int silent = 0;
        int fast = 0;
        try {
            return (int) functions().init().invokeExact(stream, silent, fast);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static int decompress(MemorySegment stream) {
        try {
            return (int) functions().decompress().invokeExact(stream);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static void end(MemorySegment stream) {
        try {
            int _ = (int) functions().end().invokeExact(stream);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static Functions functions() {
        return FUNCTIONS.orElseThrow(
                () -> new IllegalStateException(LIBRARY + " is missing; install libbz2-1.0"));
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
        FunctionDescriptor init = FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
        FunctionDescriptor onStream = FunctionDescriptor.of(JAVA_INT, ADDRESS);
        return Optional.of(
                new Functions(
                        bind(library, "BZ2_bzDecompressInit", init),
                        bind(library, "BZ2_bzDecompress", onStream),
                        bind(library, "BZ2_bzDecompressEnd", onStream)));
    }

    @SuppressWarnings("restricted") // As above.
    private static MethodHandle bind(SymbolLookup library, String name, FunctionDescriptor type) {
        return Linker.nativeLinker().downcallHandle(library.findOrThrow(name), type);
    }
}
