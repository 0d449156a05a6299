package io.keelson.engine.server;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * A file, or the rest of it, as it arrives.
 *
 * @param offset where in the file the first byte is from; 0 although a part was asked for when the
 *     server does not do parts
 * @param fileBytes size of the whole file as announced; negative when the server does not say
 * @param etag the server's strong name for the file's content, if it has one
 */
public record Download(InputStream body, long offset, long fileBytes, Optional<String> etag)
        implements AutoCloseable {
    @Override
    public void close() throws IOException {
        body.close();
    }
}
