package io.keelson.image.rootfs;

import io.keelson.image.packages.Lock;
import io.keelson.image.standin.ScriptReport;
import io.keelson.image.tree.RootTree;

/**
 * The tree of an image, ready to be written.
 *
 * @param lock the packages it was made of
 * @param tree all files; {@code /usr} is what ships, {@code /boot} has the kernel
 * @param kernelVersion the directory below /usr/lib/modules
 * @param scripts what happened to maintainer scripts
 */
public record Assembled(Lock lock, RootTree tree, String kernelVersion, ScriptReport scripts) {
    /** Where the kernel is in the tree. */
    public String kernelPath() {
        return "/boot/vmlinuz-" + kernelVersion;
    }
}
