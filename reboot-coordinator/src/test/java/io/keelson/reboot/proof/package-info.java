/**
 * Decides from outside, by a record of what hosts and operators saw, whether a lock kept its rules.
 */
@NullMarked
package io.keelson.reboot.proof;

import org.jspecify.annotations.NullMarked;
