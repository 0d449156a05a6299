/**
 * An installation in a process of its own: what it is told, what it says, both ends of the pipe.
 */
@NullMarked
package io.keelson.engine.worker;

import org.jspecify.annotations.NullMarked;
