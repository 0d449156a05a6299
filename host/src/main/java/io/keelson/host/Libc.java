package io.keelson.host;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;

/** The system calls the JDK does not offer, one method per call. */
final class Libc {
    static final int AF_UNIX = 1;
    static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int O_RDONLY_CLOEXEC = 0x80000;
    // linux/fs.h: _IOR(0x12, 114, size_t), the same on x86-64 and arm64.
    private static final long BLKGETSIZE64 = 0x80081272L;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO =
            CALL_STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final Linker.Option CAPTURE = Linker.Option.captureCallState("errno");

    private static final MethodHandle OPEN =
            handle(
                    "open",
                    FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT),
                    CAPTURE,
                    Linker.Option.firstVariadicArg(2));
    private static final MethodHandle CLOSE =
            handle("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT), CAPTURE);
    private static final MethodHandle LSEEK =
            handle(
                    "lseek",
                    FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT),
                    CAPTURE);
    private static final MethodHandle IOCTL =
            handle(
                    "ioctl",
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS),
                    CAPTURE,
                    Linker.Option.firstVariadicArg(2));
    private static final MethodHandle SOCKET =
            handle(
                    "socket",
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT),
                    CAPTURE);
    private static final MethodHandle SENDTO =
            handle(
                    "sendto",
                    FunctionDescriptor.of(
                            JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT),
                    CAPTURE);

    private static final MethodHandle ADJTIMEX =
            handle("adjtimex", FunctionDescriptor.of(JAVA_INT, ADDRESS), CAPTURE);

    /** struct timex of x86-64 and arm64; without a mode, which is its first field, it only asks. */
    private static final int TIMEX_BYTES = 208;

    private Libc() {}

    static SystemResult open(Path path) {
        try (var arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            MemorySegment name = arena.allocateFrom(path.toString());
            int rc = (int) OPEN.invokeExact(state, name, O_RDONLY_CLOEXEC);
            return result("open", rc, state);
        } catch (Throwable e) {
            throw unexpected("open", e);
        }
    }

    static SystemResult close(int fd) {
        try (var arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            int rc = (int) CLOSE.invokeExact(state, fd);
            return result("close", rc, state);
        } catch (Throwable e) {
            throw unexpected("close", e);
        }
    }

    static SystemResult seek(int fd, long offset, int whence) {
        try (var arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            long rc = (long) LSEEK.invokeExact(state, fd, offset, whence);
            return result("lseek", rc, state);
        } catch (Throwable e) {
            throw unexpected("lseek", e);
        }
    }

    static SystemResult blockDeviceSize(int fd) {
        try (var arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            MemorySegment size = arena.allocate(JAVA_LONG);
            int rc = (int) IOCTL.invokeExact(state, fd, BLKGETSIZE64, size);
            SystemResult result = result("ioctl BLKGETSIZE64", rc, state);
            return result instanceof SystemResult.Ok
                    ? new SystemResult.Ok(size.get(JAVA_LONG, 0))
                    : result;
        } catch (Throwable e) {
            throw unexpected("ioctl", e);
        }
    }

    static SystemResult socket(int domain, int type) {
        try (var arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            int rc = (int) SOCKET.invokeExact(state, domain, type, 0);
            return result("socket", rc, state);
        } catch (Throwable e) {
            throw unexpected("socket", e);
        }
    }

    static SystemResult sendTo(int fd, byte[] message, byte[] address) {
        try (var arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            MemorySegment data = arena.allocate(Math.max(1, message.length));
            data.asByteBuffer().put(message);
            MemorySegment to = arena.allocate(address.length, 8);
            to.asByteBuffer().put(address);
            long rc =
                    (long)
                            SENDTO.invokeExact(
                                    state,
                                    fd,
                                    data,
                                    (long) message.length,
                                    MSG_NOSIGNAL,
                                    to,
                                    address.length);
            return result("sendto", rc, state);
        } catch (Throwable e) {
            throw unexpected("sendto", e);
        }
    }

    static SystemResult clockState() {
        try (var arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            MemorySegment timex = arena.allocate(TIMEX_BYTES, 8);
            int rc = (int) ADJTIMEX.invokeExact(state, timex);
            return result("adjtimex", rc, state);
        } catch (Throwable e) {
            throw unexpected("adjtimex", e);
        }
    }

    private static SystemResult result(String call, long rc, MemorySegment state) {
        return rc < 0
                ? new SystemResult.Errno(call, (int) ERRNO.get(state, 0L))
                : new SystemResult.Ok(rc);
    }

    private static IllegalStateException unexpected(String call, Throwable cause) {
        return new IllegalStateException("calling " + call + " failed in the linker", cause);
    }

    @SuppressWarnings("restricted") // Native calls are this class's purpose.
    private static MethodHandle handle(
            String name, FunctionDescriptor type, Linker.Option... options) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), type, options);
    }
}
