package io.keelson.payload.repack;

import io.keelson.host.zstd.UnpackedFrame;
import io.keelson.payload.patch.PatchException;
import io.keelson.payload.patch.SourceBytes;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** A source with each of its zstd frames replaced by what the frame holds. */
final class UnpackedSource implements SourceBytes, AutoCloseable {
    private final SourceBytes packed;
    private final List<Piece> pieces = new ArrayList<>();
    private final List<UnpackedFrame> contents = new ArrayList<>();
    private long size;

    private UnpackedSource(SourceBytes packed) {
        this.packed = packed;
    }

    static UnpackedSource of(SourceBytes packed, List<PackedFrame> frames) throws IOException {
        var source = new UnpackedSource(packed);
        try {
            long end = 0;
            for (PackedFrame frame : frames) {
                source.addPlain(end, frame.offset());
                source.addFrame(frame);
                end = frame.end();
            }
            source.addPlain(end, packed.size());
            return source;
        } catch (IOException | RuntimeException e) {
            source.close();
            throw e;
        }
    }

    private void addPlain(long from, long end) {
        if (end > from) {
            add(end - from, (offset, into) -> packed.read(from + offset, into));
        }
    }

    private void addFrame(PackedFrame frame) throws IOException {
        UnpackedFrame content;
        try {
            content =
                    UnpackedFrame.of(
                            frame.packed(),
                            into -> packed.read(frame.offset(), into),
                            frame.unpacked());
        } catch (IOException e) {
            throw new PatchException(
                    "the frame at %d of the source cannot be unpacked: %s"
                            .formatted(frame.offset(), e.getMessage()),
                    e);
        }
        contents.add(content);
        if (frame.unpacked() > 0) {
            add(frame.unpacked(), content::read);
        }
    }

    private void add(long bytes, Reader reader) {
        pieces.add(new Piece(size, bytes, reader));
        size += bytes;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public void read(long offset, ByteBuffer into) throws IOException {
        long at = offset;
        int limit = into.limit();
        for (Piece piece : pieces) {
            long within = at - piece.start;
            if (within >= 0 && within < piece.bytes && into.position() < limit) {
                int count = (int) Math.min(limit - into.position(), piece.bytes - within);
                into.limit(into.position() + count);
                piece.reader.read(within, into);
                into.limit(limit);
                at += count;
            }
        }
    }

    @Override
    public void close() {
        contents.forEach(UnpackedFrame::close);
        contents.clear();
    }

    private record Piece(long start, long bytes, Reader reader) {}

    private interface Reader {
        void read(long offset, ByteBuffer into) throws IOException;
    }
}
