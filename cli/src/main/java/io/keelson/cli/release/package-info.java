/** Statements about releases that a maintainer signs. */
@NullMarked
package io.keelson.cli.release;

import org.jspecify.annotations.NullMarked;
