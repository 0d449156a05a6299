/** What is done to a real cluster and to a real coordinator while hosts reboot. */
@NullMarked
package io.keelson.reboot.faults;

import org.jspecify.annotations.NullMarked;
