/**
 * Which checks the health gate asks, how long, and what follows: {@code health.conf} as records.
 */
@NullMarked
package io.keelson.engine.health.plan;

import org.jspecify.annotations.NullMarked;
