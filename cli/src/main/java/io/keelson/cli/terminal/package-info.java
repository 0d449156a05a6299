/** What a command sees of the world around it, and how it speaks to people and programs. */
@NullMarked
package io.keelson.cli.terminal;

import org.jspecify.annotations.NullMarked;
