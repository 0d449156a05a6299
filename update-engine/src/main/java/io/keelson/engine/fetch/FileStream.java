package io.keelson.engine.fetch;

import io.keelson.engine.server.Downloads;
import io.keelson.engine.state.OfferedFile;
import io.keelson.omaha.ErrorCode;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;

/**
 * A file on offer as one stream, whatever happens to the connections it comes through: after a cut
 * it goes on at the next byte, at the same mirror or another. It never gives more bytes than were
 * announced.
 *
 * <p>Nothing here proves that the bytes are the right ones; that is for the reader, who knows their
 * hashes.
 */
public final class FileStream extends InputStream {
    /** Less than this between two cuts is no progress, or a server could keep us for ever. */
    static final long PROGRESS_BYTES = 256 << 10;

    private final Mirrors mirrors;
    private final OfferedFile file;
    private final Traffic traffic;
    private final long end;
    private Mirrors.@Nullable Reached reached;
    private long position;
    private long sinceCut;

    /**
     * @param offset of the first byte to be read
     * @param traffic counts what came over the network
     */
    public FileStream(
            Downloads server, OfferedFile file, long offset, Patience patience, Traffic traffic) {
        this(new Mirrors(server, file, patience), file, traffic, offset, file.sizeBytes());
    }

    private FileStream(Mirrors mirrors, OfferedFile file, Traffic traffic, long offset, long end) {
        this.mirrors = mirrors;
        this.file = file;
        this.traffic = traffic;
        this.position = offset;
        this.end = end;
    }

    /** Another part of the same file, by what is known of its mirrors; no more is asked for. */
    public FileStream part(long from, long toExclusive) {
        return new FileStream(mirrors, file, traffic, from, toExclusive);
    }

    /** Where in the file the next byte is from. */
    public long position() {
        return position;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (position < end) {
            int wanted = (int) Math.min(length, end - position);
            Mirrors.Reached source = source();
            int read = tryRead(source, buffer, offset, wanted);
            if (read > 0) {
                position += read;
                progressed(read);
                return read;
            }
        }
        requireEnd();
        return -1;
    }

    /** Goes to a later byte without reading those between. */
    public void seek(long target) throws IOException {
        if (target < position || target > file.sizeBytes()) {
            throw new IllegalArgumentException("from " + position + " to " + target);
        }
        if (target != position) {
            position = target;
            drop();
        }
    }

    private Mirrors.Reached source() throws IOException {
        Mirrors.Reached open = reached;
        if (open == null) {
            open = mirrors.open(position, end == file.sizeBytes() ? Long.MAX_VALUE : end);
            reached = open;
            passOver(open, position - open.download().offset());
        }
        return open;
    }

    /** A server that ignores what was asked for begins at the start again. */
    private void passOver(Mirrors.Reached open, long bytes) throws IOException {
        byte[] waste = new byte[(int) Math.min(bytes, 64 << 10)];
        for (long rest = bytes; rest > 0 && reached != null; ) {
            int read = tryRead(open, waste, 0, (int) Math.min(rest, waste.length));
            rest -= Math.max(read, 0);
        }
    }

    /** Zero after a cut, which has been noted then. */
    private int tryRead(Mirrors.Reached source, byte[] buffer, int offset, int length)
            throws IOException {
        if (reached == null) {
            return 0;
        }
        IOException cut;
        try {
            int read = source.download().body().read(buffer, offset, length);
            if (read > 0) {
                traffic.add(read);
                return read;
            }
            cut =
                    new IOException(
                            "the %s ended at byte %d of %d"
                                    .formatted(file.kind().label(), position, file.sizeBytes()));
        } catch (IOException e) {
            cut = e;
        }
        source.failed(cut);
        sinceCut = 0;
        drop();
        if (Thread.currentThread().isInterrupted()) {
            throw cut;
        }
        return 0;
    }

    private void progressed(int bytes) {
        sinceCut += bytes;
        if (sinceCut >= PROGRESS_BYTES) {
            mirrors.progressed();
            sinceCut = 0;
        }
    }

    /** Where no size was announced, the file may be longer than it should be. */
    private void requireEnd() throws IOException {
        Mirrors.Reached open = reached;
        if (open == null || open.download().fileBytes() >= 0 || end < file.sizeBytes()) {
            return;
        }
        boolean isLonger;
        try {
            isLonger = open.download().body().read() >= 0;
        } catch (IOException e) {
            // All that was announced is here; how the connection ends is of no interest.
            isLonger = false;
        }
        drop();
        if (isLonger) {
            throw new FetchException(
                    FetchException.Problem.NOT_THERE,
                    ErrorCode.PAYLOAD_SIZE_MISMATCH,
                    "the %s is larger than the %d bytes announced"
                            .formatted(file.kind().label(), file.sizeBytes()),
                    new IOException("no end"));
        }
    }

    private void drop() {
        Mirrors.Reached open = reached;
        reached = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                // It is given up anyway.
            }
        }
    }

    @Override
    public void close() {
        drop();
    }
}
