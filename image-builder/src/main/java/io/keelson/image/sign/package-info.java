/** Keys and signatures of a build: Authenticode, UEFI variables, the update key. */
@NullMarked
package io.keelson.image.sign;

import org.jspecify.annotations.NullMarked;
