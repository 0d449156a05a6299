package io.keelson.engine.state;

import java.util.Optional;

/** What a file on offer is; the texts are those of Omaha's {@code keelson_kind}. */
public enum FileKind {
    FULL("full"),
    DELTA("delta"),
    CHUNK_INDEX("chunk-index");

    private final String text;

    FileKind(String text) {
        this.text = text;
    }

    public String text() {
        return text;
    }

    /** Empty for kinds that only later releases know. */
    public static Optional<FileKind> of(String text) {
        for (FileKind kind : values()) {
            if (kind.text.equals(text)) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }
}
