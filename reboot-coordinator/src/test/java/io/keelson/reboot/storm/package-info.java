/** Thousands of hosts that ask at the same moment. */
@NullMarked
package io.keelson.reboot.storm;

import org.jspecify.annotations.NullMarked;
