/** A counting reboot lock with a queue, fencing and a failure budget. */
@NullMarked
package io.keelson.reboot;

import org.jspecify.annotations.NullMarked;
