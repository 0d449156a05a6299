/** The loop that moves the state machine by doing what each state asks for. */
@NullMarked
package io.keelson.engine.agent;

import org.jspecify.annotations.NullMarked;
