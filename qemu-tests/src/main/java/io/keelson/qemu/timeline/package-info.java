/** What happened when, what was observed, for people and for the record. */
@NullMarked
package io.keelson.qemu.timeline;

import org.jspecify.annotations.NullMarked;
