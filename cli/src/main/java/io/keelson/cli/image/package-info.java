/** What can be done with a built image: convert, compare, judge. */
@NullMarked
package io.keelson.cli.image;

import org.jspecify.annotations.NullMarked;
