/** Small JSON objects as values: the state file, the verdicts and the control socket. */
@NullMarked
package io.keelson.engine.json;

import org.jspecify.annotations.NullMarked;
