package io.keelson.image.initrd;

import io.keelson.image.tree.RootTree;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * The initial RAM disk of boot stage 1: busybox, two programs with their libraries, a few kernel
 * modules and the script that opens dm-verity and mounts /usr. A zstd-compressed cpio archive.
 */
public final class Initrd {
    private static final String INIT = "/io/keelson/image/boot/stage1-init";
    private static final int INIT_BYTES_MAX = 64 * 1024;

    private static final String BUSYBOX = "/usr/bin/busybox";
    private static final List<String> APPLETS =
            List.of(
                    "basename",
                    "cat",
                    "cp",
                    "cut",
                    "dirname",
                    "dmesg",
                    "echo",
                    "grep",
                    "head",
                    "insmod",
                    "ln",
                    "ls",
                    "mkdir",
                    "mknod",
                    "mount",
                    "mv",
                    "poweroff",
                    "readlink",
                    "reboot",
                    "rm",
                    "sed",
                    "sh",
                    "sleep",
                    "switch_root",
                    "sync",
                    "tail",
                    "test",
                    "touch",
                    "tr",
                    "umount",
                    "uname");
    private static final List<String> PROGRAMS = List.of("/usr/sbin/dmsetup", "/usr/sbin/findfs");

    /** Where stage 1 mounts. */
    private static final List<String> MOUNT_POINTS =
            List.of("dev", "new", "proc", "run", "sys", "tmp");

    private final RootTree tree;

    private Initrd(RootTree tree) {
        this.tree = tree;
    }

    /**
     * Makes the archive from files of {@code tree}.
     *
     * @param kernelRelease the directory below /usr/lib/modules
     * @param modules names of modules to load, in this order, after what they depend on
     */
    public static byte[] build(RootTree tree, String kernelRelease, List<String> modules)
            throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new Initrd(tree).write(bytes, kernelRelease, modules);
        return bytes.toByteArray();
    }

    private void write(OutputStream out, String kernelRelease, List<String> modules)
            throws IOException {
        CpioArchive archive = new CpioArchive(out);
        for (String directory : MOUNT_POINTS) {
            archive.directory(directory);
        }
        archive.file("init", 0755, init());
        archive.file("bin/busybox", 0755, SharedLibraries.read(tree, BUSYBOX));
        for (String applet : APPLETS) {
            archive.symlink("bin/" + applet, "busybox");
        }
        SharedLibraries libraries = new SharedLibraries(tree);
        for (String program : PROGRAMS) {
            byte[] content = SharedLibraries.read(tree, program);
            libraries.addFor(program, content);
            archive.file("bin" + program.substring(program.lastIndexOf('/')), 0755, content);
        }
        for (Map.Entry<String, byte[]> library : libraries.files().entrySet()) {
            archive.file(library.getKey().substring(1), 0755, library.getValue());
        }
        KernelModules kernel = new KernelModules(tree, kernelRelease);
        for (String module : modules) {
            kernel.add(module);
        }
        for (Map.Entry<String, byte[]> module : kernel.files().entrySet()) {
            archive.file("modules/" + module.getKey(), 0644, module.getValue());
        }
        String order = String.join("\n", kernel.files().keySet()) + "\n";
        archive.file("modules.load", 0644, order.getBytes(StandardCharsets.US_ASCII));
        archive.finish();
    }

    private static byte[] init() throws IOException {
        try (InputStream in = Initrd.class.getResourceAsStream(INIT)) {
            if (in == null) {
                throw new IOException("this build of the image builder lacks " + INIT);
            }
            byte[] script = in.readNBytes(INIT_BYTES_MAX + 1);
            if (script.length > INIT_BYTES_MAX) {
                throw new IOException(INIT + " is larger than " + INIT_BYTES_MAX + " bytes");
            }
            return script;
        }
    }
}
