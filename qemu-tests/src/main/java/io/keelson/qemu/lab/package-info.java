/** One emulated host with its control plane, and the releases they exchange. */
@NullMarked
package io.keelson.qemu.lab;

import org.jspecify.annotations.NullMarked;
