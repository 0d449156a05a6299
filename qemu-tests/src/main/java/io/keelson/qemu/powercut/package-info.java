/** Machines that lose their power while they update themselves. */
@NullMarked
package io.keelson.qemu.powercut;

import org.jspecify.annotations.NullMarked;
