/** The reboot coordinator inside the update server. */
@NullMarked
package io.keelson.server.reboot;

import org.jspecify.annotations.NullMarked;
