/** Virtual machines under QEMU: acceleration, firmware, devices, credentials, control. */
@NullMarked
package io.keelson.qemu.machine;

import org.jspecify.annotations.NullMarked;
