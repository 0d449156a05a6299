/** The real etcd and the real update server as child processes on loopback. */
@NullMarked
package io.keelson.qemu.service;

import org.jspecify.annotations.NullMarked;
