package io.keelson.engine.journal;

import java.util.Map;

/** Something that happened, by a name that does not change, with what there is to say about it. */
public record JournalEvent(String name, Map<String, String> fields) {
    public JournalEvent {
        fields = Map.copyOf(fields);
    }
}
