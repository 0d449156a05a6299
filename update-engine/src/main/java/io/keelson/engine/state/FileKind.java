package io.keelson.engine.state;

import java.util.Optional;

/** What a file on offer is; the texts are those of Omaha's {@code keelson_kind}. */
public enum FileKind {
    FULL("full", "full payload"),
    DELTA("delta", "delta"),
    CHUNK_INDEX("chunk-index", "chunk index");

    private final String text;
    private final String label;

    FileKind(String text, String label) {
        this.text = text;
        this.label = label;
    }

    /** For sentences. */
    public String label() {
        return label;
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
