package io.keelson.image.kmod;

import java.util.ArrayList;
import java.util.List;

/** One module while dependencies are worked out. */
final class KernelModule {
    /** Name as the kernel shows it, with underscores. */
    final String name;

    /** Path below the directory of the kernel version, for example kernel/fs/ext4/ext4.ko. */
    final String path;

    final ModuleFile file;

    /** Modules whose symbols it uses, each once, in the order of first use. */
    final List<KernelModule> dependencies = new ArrayList<>();

    int users;
    int index;
    int depth;

    KernelModule(String path, ModuleFile file) {
        this.name = nameOf(path);
        this.path = path;
        this.file = file;
    }

    static String nameOf(String path) {
        String base = path.substring(path.lastIndexOf('/') + 1);
        int dot = base.indexOf('.');
        return (dot < 0 ? base : base.substring(0, dot)).replace('-', '_');
    }

    @Override
    public String toString() {
        return name;
    }
}
