/** Talking to the update server: Omaha checks and events, the payload's download. */
@NullMarked
package io.keelson.engine.server;

import org.jspecify.annotations.NullMarked;
