/** The daemon's unix socket: a small HTTP server and its client. */
@NullMarked
package io.keelson.engine.control;

import org.jspecify.annotations.NullMarked;
