/** The health gate: the checks of one boot and the verdict that outlives it. */
@NullMarked
package io.keelson.engine.health;

import org.jspecify.annotations.NullMarked;
