/** The coordinator as a server: FleetLock and the richer API over HTTP; no host carries it. */
@NullMarked
package io.keelson.reboot.serve;

import org.jspecify.annotations.NullMarked;
