/** What can be asked of a host to know whether it is well. */
@NullMarked
package io.keelson.engine.health.check;

import org.jspecify.annotations.NullMarked;
