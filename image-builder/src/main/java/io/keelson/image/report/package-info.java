/** What a build tells about the tree it made: sizes, and scripts that were not run. */
@NullMarked
package io.keelson.image.report;

import org.jspecify.annotations.NullMarked;
