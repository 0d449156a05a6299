package io.keelson.payload.repack;

import io.keelson.payload.patch.PatchException;
import io.keelson.payload.patch.PatchSink;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.List;

/** Takes bytes whose frames are unpacked, and packs the frames again on their way out. */
final class PackingSink implements PatchSink, AutoCloseable {
    private final PatchSink out;
    private final FramePacker packer;
    private final Iterator<PackedFrame> frames;
    private final long size;
    private @Nullable PackedFrame frame;
    private @Nullable OutputStream packing;
    private long written;
    private long frameRest;
    private boolean isAbandoned;

    PackingSink(PatchSink out, FramePacker packer, List<PackedFrame> frames, long size) {
        this.out = out;
        this.packer = packer;
        this.frames = frames.iterator();
        this.size = size;
        this.frame = next();
    }

    private @Nullable PackedFrame next() {
        return frames.hasNext() ? frames.next() : null;
    }

    @Override
    public void write(ByteBuffer piece) throws IOException {
        int limit = piece.limit();
        while (piece.hasRemaining()) {
            openDueFrame();
            long room = packing != null ? frameRest : plainRest();
            int count = (int) Math.min(room, piece.remaining());
            if (count == 0) {
                throw new PatchException("the patch makes more than its frames can hold");
            }
            piece.limit(piece.position() + count);
            if (packing != null) {
                byte[] bytes = new byte[count];
                piece.get(bytes);
                packing.write(bytes);
                frameRest -= count;
                closeFullFrame();
            } else {
                written += count;
                out.write(piece);
            }
            piece.limit(limit);
        }
    }

    private long plainRest() {
        return (frame == null ? size : frame.offset()) - written;
    }

    private void openDueFrame() throws IOException {
        while (packing == null && frame != null && frame.offset() == written) {
            packing = packer.open(new Counted(), frame.settings());
            frameRest = frame.unpacked();
            closeFullFrame();
        }
    }

    private void closeFullFrame() throws IOException {
        if (frameRest > 0 || packing == null || frame == null) {
            return;
        }
        OutputStream full = packing;
        packing = null;
        full.close();
        if (written != frame.end()) {
            throw new PatchException(
                    ("the frame at %d packs to %d bytes here, not %d; this is not the libzstd it"
                                    + " was made for")
                            .formatted(frame.offset(), written - frame.offset(), frame.packed()));
        }
        frame = next();
    }

    /** After the last piece. */
    void finish() throws IOException {
        openDueFrame();
        if (written != size || packing != null) {
            throw new PatchException("the patch makes %d bytes, not %d".formatted(written, size));
        }
    }

    /** Gives up a frame that is not complete; nothing of it is passed on any more. */
    @Override
    public void close() throws IOException {
        isAbandoned = true;
        if (packing != null) {
            packing.close();
        }
    }

    /** Passes on what the packer makes. */
    private final class Counted extends OutputStream {
        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (isAbandoned) {
                return;
            }
            if (length > size - written) {
                throw new PatchException("a frame packs to more bytes here than the result has");
            }
            written += length;
            out.write(ByteBuffer.wrap(bytes, offset, length));
        }
    }
}
