/** The main job end to end: seven points, each observed on real parts. */
@NullMarked
package io.keelson.qemu.demo;

import org.jspecify.annotations.NullMarked;
