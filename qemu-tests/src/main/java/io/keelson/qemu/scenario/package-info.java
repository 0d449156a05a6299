/** Hosts that meet trouble: scenarios in virtual machines beyond the main job. */
@NullMarked
package io.keelson.qemu.scenario;

import org.jspecify.annotations.NullMarked;
