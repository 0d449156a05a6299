/** The coordinator as a program of its own, on the JDK's HTTP server. */
@NullMarked
package io.keelson.reboot.standalone;

import org.jspecify.annotations.NullMarked;
