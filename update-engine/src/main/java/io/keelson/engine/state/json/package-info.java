/**
 * The form of the agent's record in its file: JSON that older and newer releases read as far as
 * they can.
 */
@NullMarked
package io.keelson.engine.state.json;

import org.jspecify.annotations.NullMarked;
