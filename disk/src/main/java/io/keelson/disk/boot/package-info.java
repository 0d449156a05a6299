/** Release versions and boot entry names, ordered as systemd-boot orders them. */
@NullMarked
package io.keelson.disk.boot;

import org.jspecify.annotations.NullMarked;
