/** The update state machine: states, events, pure transitions and the durable record of them. */
@NullMarked
package io.keelson.engine.state;

import org.jspecify.annotations.NullMarked;
