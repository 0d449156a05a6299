/** VM harness and whole-system scenarios. */
@NullMarked
package io.keelson.qemu;

import org.jspecify.annotations.NullMarked;
