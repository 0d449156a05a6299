/** Releases and the channels that point at them: publishing, promoting and serving payloads. */
@NullMarked
package io.keelson.server.release;

import org.jspecify.annotations.NullMarked;
