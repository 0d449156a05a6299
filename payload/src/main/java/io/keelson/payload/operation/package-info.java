/** What single operations do: bytes of a payload, of the running slot or of neither, to content. */
@NullMarked
package io.keelson.payload.operation;

import org.jspecify.annotations.NullMarked;
