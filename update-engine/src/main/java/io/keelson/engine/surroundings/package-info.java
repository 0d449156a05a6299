/** What the agent needs of the machine it runs on and of the fleet. */
@NullMarked
package io.keelson.engine.surroundings;

import org.jspecify.annotations.NullMarked;
