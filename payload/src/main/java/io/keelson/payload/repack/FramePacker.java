package io.keelson.payload.repack;

import io.keelson.host.zstd.ZstdOutputStream;

import java.io.IOException;
import java.io.OutputStream;

/** Compresses to the very bytes that libzstd 1.5.7 makes of a stream of unknown size. */
@FunctionalInterface
public interface FramePacker {
    /** The system's library; see {@link Repack#isPossible}. */
    FramePacker SYSTEM =
            (target, settings) ->
                    new ZstdOutputStream(
                            target, settings.level(), settings.checksum(), settings.threaded());

    /** A stream that writes one frame to the target and closes it. */
    OutputStream open(OutputStream target, FrameSettings settings) throws IOException;
}
