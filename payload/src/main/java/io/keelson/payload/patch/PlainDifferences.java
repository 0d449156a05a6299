package io.keelson.payload.patch;

import java.io.IOException;
import java.io.InputStream;

/** Differences one by one: new byte minus old byte. */
final class PlainDifferences implements DifferenceReader {
    private static final int CHUNK_BYTES = 64 << 10;

    private final InputStream in;
    private final byte[] chunk = new byte[CHUNK_BYTES];

    PlainDifferences(InputStream in) {
        this.in = in;
    }

    @Override
    public void startRecord(long from) {}

    @Override
    public void apply(byte[] bytes, int offset, int length) throws IOException {
        for (int done = 0; done < length; ) {
            int count = Math.min(CHUNK_BYTES, length - done);
            if (in.readNBytes(chunk, 0, count) != count) {
                throw new PatchException("the differences of the patch end too early");
            }
            add(bytes, offset + done, count);
            done += count;
        }
    }

    private void add(byte[] bytes, int offset, int count) {
        for (int i = 0; i < count; i++) {
            bytes[offset + i] += chunk[i];
        }
    }

    @Override
    public void requireEnd() throws IOException {
        if (in.read() >= 0) {
            throw new PatchException("the differences go on after the result is complete");
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
