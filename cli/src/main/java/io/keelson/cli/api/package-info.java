/** The update server as a command line calls it. */
@NullMarked
package io.keelson.cli.api;

import org.jspecify.annotations.NullMarked;
