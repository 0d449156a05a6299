package io.keelson.payload.delta;

import io.keelson.payload.manifest.Extent;
import io.keelson.payload.manifest.InstallOperation;
import io.keelson.payload.manifest.OperationType;
import io.keelson.payload.manifest.Sha256;

import java.util.List;
import java.util.Optional;

/** An operation before its data has a place. */
final class Step {
    private final OperationType type;
    private final Extent destination;
    private final InstallOperation.Source source;
    private final byte[] data;

    Step(OperationType type, Extent destination, InstallOperation.Source source, byte[] data) {
        this.type = type;
        this.destination = destination;
        this.source = source;
        this.data = data;
    }

    byte[] data() {
        return data;
    }

    InstallOperation at(long offset) {
        InstallOperation.Data place =
                type.hasData()
                        ? new InstallOperation.Data(
                                offset, data.length, Optional.of(Sha256.of(Sha256.digest(data))))
                        : InstallOperation.Data.NONE;
        return new InstallOperation(type, place, source, List.of(destination), List.of());
    }
}
