package io.keelson.host.zstd;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/** The functions of zstd.h that decoding needs, all of its stable API. */
final class LibZstd {
    private static final String LIBRARY = "libzstd.so.1";
    private static final long ERROR_NAME_BYTES_MAX = 256;

    static final Optional<SymbolLookup> LIBRARY_SYMBOLS = library();
    static final Optional<Functions> FUNCTIONS = load();

    record Functions(
            MethodHandle createContext,
            MethodHandle freeContext,
            MethodHandle decompress,
            MethodHandle refPrefix,
            MethodHandle findFrameCompressedSize,
            ErrorFunctions errors) {}

    record ErrorFunctions(MethodHandle isError, MethodHandle errorName) {}

    private LibZstd() {}

    static MemorySegment createContext() {
        MemorySegment context;
        try {
            context = (MemorySegment) functions().createContext().invokeExact();
        } catch (Throwable e) {
            throw unexpected(e);
        }
        if (context.equals(MemorySegment.NULL)) {
            throw new IllegalStateException("libzstd has no memory for a decoding context");
        }
        return context;
    }

    static void freeContext(MemorySegment context) {
        try {
            long _ = (long) functions().freeContext().invokeExact(context);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    static long frameSize(MemorySegment in) throws IOException {
        long size;
        try {
            size = (long) functions().findFrameCompressedSize().invokeExact(in, in.byteSize());
        } catch (Throwable e) {
            throw unexpected(e);
        }
        return checked(size);
    }

    static long decompress(MemorySegment context, MemorySegment in, MemorySegment out)
            throws IOException {
        long size;
        try {
            size =
                    (long)
                            functions()
                                    .decompress()
                                    .invokeExact(context, out, out.byteSize(), in, in.byteSize());
        } catch (Throwable e) {
            throw unexpected(e);
        }
        return checked(size);
    }

    /** The prefix is used for the next frame only and must stay where it is until then. */
    static void refPrefix(MemorySegment context, MemorySegment prefix) throws IOException {
        long code;
        try {
            code = (long) functions().refPrefix().invokeExact(context, prefix, prefix.byteSize());
        } catch (Throwable e) {
            throw unexpected(e);
        }
        checked(code);
    }

    @SuppressWarnings("restricted") // The name is a C string of unknown size; it gets a limit.
    static long checked(long code) throws IOException {
        String name;
        try {
            ErrorFunctions errors = functions().errors();
            if ((int) errors.isError().invokeExact(code) == 0) {
                return code;
            }
            MemorySegment text = (MemorySegment) errors.errorName().invokeExact(code);
            name = text.reinterpret(ERROR_NAME_BYTES_MAX).getString(0);
        } catch (Throwable e) {
            throw unexpected(e);
        }
        throw new IOException("zstd: " + name);
    }

    static Functions functions() {
        return FUNCTIONS.orElseThrow(
                () -> new IllegalStateException(LIBRARY + " is missing; install libzstd1"));
    }

    static IllegalStateException unexpected(Throwable cause) {
        return cause instanceof IllegalStateException known
                ? known
                : new IllegalStateException("calling " + LIBRARY + " failed in the linker", cause);
    }

    @SuppressWarnings("restricted") // Loading a native library is this class's purpose.
    private static Optional<SymbolLookup> library() {
        try {
            // Loaded once and never unloaded: handles in static fields must not outlive it.
            return Optional.of(SymbolLookup.libraryLookup(LIBRARY, Arena.global()));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private static Optional<Functions> load() {
        if (LIBRARY_SYMBOLS.isEmpty()) {
            return Optional.empty();
        }
        SymbolLookup library = LIBRARY_SYMBOLS.get();
        FunctionDescriptor decompress =
                FunctionDescriptor.of(JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG);
        FunctionDescriptor refPrefix =
                FunctionDescriptor.of(JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG);
        FunctionDescriptor frameSize = FunctionDescriptor.of(JAVA_LONG, ADDRESS, JAVA_LONG);
        FunctionDescriptor freeContext = FunctionDescriptor.of(JAVA_LONG, ADDRESS);
        FunctionDescriptor isError = FunctionDescriptor.of(JAVA_INT, JAVA_LONG);
        FunctionDescriptor errorName = FunctionDescriptor.of(ADDRESS, JAVA_LONG);
        return Optional.of(
                new Functions(
                        bind(library, "ZSTD_createDCtx", FunctionDescriptor.of(ADDRESS)),
                        bind(library, "ZSTD_freeDCtx", freeContext),
                        bind(library, "ZSTD_decompressDCtx", decompress),
                        bind(library, "ZSTD_DCtx_refPrefix", refPrefix),
                        bind(library, "ZSTD_findFrameCompressedSize", frameSize),
                        new ErrorFunctions(
                                bind(library, "ZSTD_isError", isError),
                                bind(library, "ZSTD_getErrorName", errorName))));
    }

    @SuppressWarnings("restricted") // As above.
    static MethodHandle bind(SymbolLookup library, String name, FunctionDescriptor type) {
        return Linker.nativeLinker().downcallHandle(library.findOrThrow(name), type);
    }
}
