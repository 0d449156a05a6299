/** What a release says about itself: bill of materials, provenance, and who signed that. */
@NullMarked
package io.keelson.image.evidence;

import org.jspecify.annotations.NullMarked;
