/** What keelsond says, as entries of systemd's journal. */
@NullMarked
package io.keelson.engine.journal;

import org.jspecify.annotations.NullMarked;
