/**
 * The header, manifest and signatures of a CrAU payload as records, with the rules they must obey.
 */
@NullMarked
package io.keelson.payload.manifest;

import org.jspecify.annotations.NullMarked;
