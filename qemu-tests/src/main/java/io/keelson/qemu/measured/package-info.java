/** What a TPM holds after a boot, compared with what the builder said it would. */
@NullMarked
package io.keelson.qemu.measured;

import org.jspecify.annotations.NullMarked;
