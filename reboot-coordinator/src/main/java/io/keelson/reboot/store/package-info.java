/** Where the documents of reboot groups are kept: one compare-and-set cell per group. */
@NullMarked
package io.keelson.reboot.store;

import org.jspecify.annotations.NullMarked;
