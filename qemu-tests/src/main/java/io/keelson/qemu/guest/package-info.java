/**
 * What can be seen of and said to a running guest: its console, its shell, the symptoms of trouble.
 */
@NullMarked
package io.keelson.qemu.guest;

import org.jspecify.annotations.NullMarked;
