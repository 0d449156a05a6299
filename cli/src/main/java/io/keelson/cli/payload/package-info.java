/** Makes and applies payloads, and says what is in one. */
@NullMarked
package io.keelson.cli.payload;

import org.jspecify.annotations.NullMarked;
