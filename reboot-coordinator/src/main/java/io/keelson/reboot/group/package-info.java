/** The document of a reboot group and its JSON form. */
@NullMarked
package io.keelson.reboot.group;

import org.jspecify.annotations.NullMarked;
