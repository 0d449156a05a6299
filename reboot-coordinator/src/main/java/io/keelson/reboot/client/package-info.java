/** A node's side of a coordinator: its questions over HTTP, and what is known when one is lost. */
@NullMarked
package io.keelson.reboot.client;

import org.jspecify.annotations.NullMarked;
