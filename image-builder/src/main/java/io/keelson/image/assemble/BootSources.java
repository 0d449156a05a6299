package io.keelson.image.assemble;

import io.keelson.disk.boot.Architecture;
import io.keelson.image.tree.Content;
import io.keelson.image.tree.RootTree;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * The parts of packages that firmware starts: kernel, systemd's EFI stub and boot loader, and the
 * os-release text that goes with them.
 */
public final class BootSources {
    private static final String KERNEL_PREFIX = "/boot/vmlinuz-";
    private static final String EFI_DIRECTORY = "/usr/lib/systemd/boot/efi";
    private static final int FILE_BYTES_MAX = 64 << 20;

    private final String kernelRelease;
    private final byte[] kernel;
    private final byte[] stub;
    private final byte[] loader;
    private final byte[] osRelease;

    BootSources(String kernelRelease, byte[] kernel, byte[] stub, byte[] loader, byte[] osRelease) {
        this.kernelRelease = kernelRelease;
        this.kernel = kernel;
        this.stub = stub;
        this.loader = loader;
        this.osRelease = osRelease;
    }

    /** Reads the parts from a tree. */
    public static BootSources read(RootTree tree, Architecture architecture) throws IOException {
        List<String> kernels =
                tree.entries().navigableKeySet().tailSet(KERNEL_PREFIX).stream()
                        .takeWhile(path -> path.startsWith(KERNEL_PREFIX))
                        .toList();
        if (kernels.size() != 1) {
            throw new IOException(
                    "an image needs exactly one kernel, the packages of this recipe bring "
                            + (kernels.isEmpty() ? "none" : kernels));
        }
        String kernel = kernels.getFirst();
        String arch = architecture.efiName();
        return new BootSources(
                kernel.substring(KERNEL_PREFIX.length()),
                read(tree, kernel),
                read(tree, EFI_DIRECTORY + "/linux" + arch + ".efi.stub"),
                read(tree, EFI_DIRECTORY + "/systemd-boot" + arch + ".efi"),
                read(tree, "/usr/lib/os-release"));
    }

    /** Removes what is only on the ESP, since /usr would carry it a second time. */
    public static void removeFrom(RootTree tree) {
        tree.remove(EFI_DIRECTORY);
        tree.remove("/boot");
    }

    /** The directory of the kernel's modules below /usr/lib/modules. */
    public String kernelRelease() {
        return kernelRelease;
    }

    byte[] kernel() {
        return kernel;
    }

    byte[] stub() {
        return stub;
    }

    /** The boot loader, not signed. */
    public byte[] loader() {
        return loader;
    }

    byte[] osRelease() {
        return osRelease;
    }

    private static byte[] read(RootTree tree, String path) throws IOException {
        Content content =
                tree.content(path)
                        .orElseThrow(() ->
                                new IOException(
                                        "booting needs "
                                                + path
                                                + ", which no package of the recipe brings"));
        if (content.size() > FILE_BYTES_MAX) {
            throw new IOException(path + " is larger than " + FILE_BYTES_MAX + " bytes");
        }
        try (InputStream in = content.open()) {
            return in.readNBytes((int) content.size());
        }
    }
}
