/** What a channel's maintainers sign so that hosts may go to an older release. */
@NullMarked
package io.keelson.payload.downgrade;

import org.jspecify.annotations.NullMarked;
