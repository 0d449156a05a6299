package io.keelson.cli.api;

import okhttp3.MediaType;
import okhttp3.RequestBody;

import okio.BufferedSink;
import okio.Okio;
import okio.Source;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongConsumer;

/** A request body streamed from a file, telling how far it is. */
final class FileBody extends RequestBody {
    private static final long CHUNK_BYTES = 256 << 10;

    private final Path file;
    private final LongConsumer sent;

    FileBody(Path file, LongConsumer sent) {
        this.file = file;
        this.sent = sent;
    }

    @Override
    public @Nullable MediaType contentType() {
        return MediaType.get("application/octet-stream");
    }

    @Override
    public long contentLength() throws IOException {
        return Files.size(file);
    }

    @Override
    public void writeTo(BufferedSink sink) throws IOException {
        long left = contentLength();
        long total = 0;
        try (Source source = Okio.source(Files.newInputStream(file))) {
            while (left > 0) {
                long chunk = Math.min(CHUNK_BYTES, left);
                sink.write(source, chunk);
                left -= chunk;
                total += chunk;
                sent.accept(total);
            }
        }
    }
}
