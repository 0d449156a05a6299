package io.keelson.qemu.machine;

import java.nio.file.Path;

/** QEMU's option syntax: values are separated by commas, a comma inside a value is doubled. */
final class Options {
    private Options() {}

    static String escaped(Path path) {
        return path.toString().replace(",", ",,");
    }
}
