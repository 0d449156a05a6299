/** The reboot lock of this host's group, in etcd or behind a coordinator. */
@NullMarked
package io.keelson.engine.lock;

import org.jspecify.annotations.NullMarked;
