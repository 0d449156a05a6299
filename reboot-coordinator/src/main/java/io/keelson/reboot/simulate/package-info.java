/** Plays a group's policy over a fleet that does not exist, by the rules that serve real ones. */
@NullMarked
package io.keelson.reboot.simulate;

import org.jspecify.annotations.NullMarked;
