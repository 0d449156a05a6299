/** Hosts: what they ask and report over Omaha, what they are answered, and why. */
@NullMarked
package io.keelson.server.fleet;

import org.jspecify.annotations.NullMarked;
