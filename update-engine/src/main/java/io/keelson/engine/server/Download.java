package io.keelson.engine.server;

import java.io.IOException;
import java.io.InputStream;

/**
 * A payload as it arrives.
 *
 * @param lengthBytes as announced; negative when the server does not say
 */
public record Download(InputStream body, long lengthBytes) implements AutoCloseable {
    @Override
    public void close() throws IOException {
        body.close();
    }
}
