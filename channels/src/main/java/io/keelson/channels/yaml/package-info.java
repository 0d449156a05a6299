/** Reads channel definitions from YAML; the host distribution does not carry this package. */
@NullMarked
package io.keelson.channels.yaml;

import org.jspecify.annotations.NullMarked;
