/** The typed settings of the daemon and the files they are merged from. */
@NullMarked
package io.keelson.engine.config;

import org.jspecify.annotations.NullMarked;
