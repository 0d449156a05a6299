package io.keelson.engine.agent;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Everything that was done to a disk and its ESP, in order. */
final class DiskLog {
    /** One of them. */
    sealed interface Op {
        @SuppressWarnings("ArrayRecordComponent") // replayed, never compared
        record Write(long offset, byte[] before, byte[] after) implements Op {}

        record Force() implements Op {}

        /** The boot entries as they are from here on, by name. */
        record Esp(Map<String, String> files) implements Op {}
    }

    private final List<Op> ops = new ArrayList<>();

    void write(long offset, byte[] before, byte[] after) {
        ops.add(new Op.Write(offset, before.clone(), after.clone()));
    }

    void force() {
        ops.add(new Op.Force());
    }

    void esp(Map<String, String> files) {
        ops.add(new Op.Esp(Map.copyOf(files)));
    }

    List<Op> ops() {
        return List.copyOf(ops);
    }
}
