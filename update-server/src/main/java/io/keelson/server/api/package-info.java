/** What every endpoint of the administration API shares: its errors and who may change things. */
@NullMarked
package io.keelson.server.api;

import org.jspecify.annotations.NullMarked;
