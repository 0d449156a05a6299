package io.keelson.omaha;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * The XML form of Omaha protocol 3.0, both directions of both messages. Reading ignores unknown
 * elements and attributes, refuses document types (so no entity is ever expanded) and stops at a
 * size limit.
 */
public final class OmahaXml {
    public static final int REQUEST_BYTES_MAX = 64 * 1024;
    public static final int RESPONSE_BYTES_MAX = 256 * 1024;

    /** The media type of both messages. */
    public static final String CONTENT_TYPE = "text/xml; charset=utf-8";

    static final String PROTOCOL = "3.0";

    private OmahaXml() {}

    /** Reads a request of at most {@link #REQUEST_BYTES_MAX} bytes. */
    public static OmahaRequest readRequest(InputStream in) throws IOException {
        return RequestXml.read(XmlElement.read(in, REQUEST_BYTES_MAX, "request"));
    }

    /** Reads a response of at most {@link #RESPONSE_BYTES_MAX} bytes. */
    public static OmahaResponse readResponse(InputStream in) throws IOException {
        return ResponseXml.read(XmlElement.read(in, RESPONSE_BYTES_MAX, "response"));
    }

    /** Writes a request; the stream stays open. */
    public static void writeRequest(OmahaRequest request, OutputStream out) throws IOException {
        RequestXml.element(request).write(out);
    }

    /** Writes a response; the stream stays open. */
    public static void writeResponse(OmahaResponse response, OutputStream out) throws IOException {
        ResponseXml.element(response).write(out);
    }
}
