/** When a group may reboot: weekly windows and blackout dates on the wall clock of a time zone. */
@NullMarked
package io.keelson.reboot.window;

import org.jspecify.annotations.NullMarked;
