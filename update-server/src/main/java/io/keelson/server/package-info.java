/** The update server as a program: its options, its start and its end. */
@NullMarked
package io.keelson.server;

import org.jspecify.annotations.NullMarked;
