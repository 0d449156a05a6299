package io.keelson.engine.server;

import java.io.IOException;
import java.net.URI;

/** Where files on offer come from. */
public interface Downloads {
    /**
     * Starts to fetch a file or a part of one; the caller closes the answer.
     *
     * @throws HttpStatusException when the server answers with anything but content
     */
    Download download(URI source, Part part) throws IOException;
}
