package io.keelson.payload.generate;

import io.keelson.payload.manifest.Extent;
import io.keelson.payload.manifest.OperationType;
import io.keelson.payload.manifest.Sha256;

import java.io.IOException;
import java.util.List;

/** Makes one operation out of a piece; each call is independent of every other. */
interface PieceEncoder {
    Encoded encode(Piece piece) throws IOException;

    /** Whether the encoder makes use of a piece's history. */
    boolean looksBack();

    /** Whether a partition must be whole blocks to its readers; zeros are added then. */
    boolean padsPartitions();

    /** An operation without its place. */
    final class Encoded {
        private final OperationType type;
        private final byte[] data;
        private final Sha256 sha256;
        private final List<Extent> history;

        Encoded(OperationType type, byte[] data, List<Extent> history) {
            this.type = type;
            this.data = data;
            this.sha256 = Sha256.of(Sha256.digest(data));
            this.history = List.copyOf(history);
        }

        Encoded(OperationType type, byte[] data) {
            this(type, data, List.of());
        }

        OperationType type() {
            return type;
        }

        byte[] data() {
            return data;
        }

        Sha256 sha256() {
            return sha256;
        }

        List<Extent> history() {
            return history;
        }
    }
}
