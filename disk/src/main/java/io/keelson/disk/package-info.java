/** On-disk structures shared by the builder and the agent. */
@NullMarked
package io.keelson.disk;

import org.jspecify.annotations.NullMarked;
