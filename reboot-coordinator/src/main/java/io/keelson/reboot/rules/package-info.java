/** Who may reboot, as pure functions from what stands to what shall stand. */
@NullMarked
package io.keelson.reboot.rules;

import org.jspecify.annotations.NullMarked;
