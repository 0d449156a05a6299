/** The small part of D-Bus that offers update_engine's interface on the system bus. */
@NullMarked
package io.keelson.engine.dbus;

import org.jspecify.annotations.NullMarked;
