package io.keelson.payload.patch;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Differences as {@link DifferenceModel} codes them. */
final class ModelledDifferences implements DifferenceReader {
    private final BitReader in;
    private final DifferenceModel model;

    ModelledDifferences(ByteBuffer stream) throws IOException {
        in = new BitReader(stream);
        model = new DifferenceModel(in);
    }

    @Override
    public void startRecord(long from) {
        model.startRecord(from);
    }

    @Override
    public void apply(byte[] bytes, int offset, int length) throws IOException {
        for (int i = offset; i < offset + length; i++) {
            if (model.dueRun() > 0) {
                model.run(false);
            }
            bytes[i] = (byte) model.next(bytes[i] & 0xFF, 0);
        }
    }

    @Override
    public void requireEnd() throws IOException {
        if (!in.isAtEnd()) {
            throw new PatchException("the differences go on after the result is complete");
        }
    }

    @Override
    public void close() {}
}
