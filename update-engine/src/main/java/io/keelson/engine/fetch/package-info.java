/** Getting a file from mirrors that fail: which one next, how long to wait, where to go on. */
@NullMarked
package io.keelson.engine.fetch;

import org.jspecify.annotations.NullMarked;
