/** {@code keelson reboot}: who may reboot, as operators see and steer it. */
@NullMarked
package io.keelson.cli.reboot;

import org.jspecify.annotations.NullMarked;
