/** Omaha v3 messages: model and XML codec. */
@NullMarked
package io.keelson.omaha;

import org.jspecify.annotations.NullMarked;
