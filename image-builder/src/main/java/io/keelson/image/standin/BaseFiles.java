package io.keelson.image.standin;

import io.keelson.image.tree.Metadata;
import io.keelson.image.tree.Node;
import io.keelson.image.tree.RootTree;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Files that scripts copy, concatenate or link: /etc, alternatives, shells, the CA bundle. */
public final class BaseFiles {
    private static final String ORIGIN = "stand-ins for maintainer scripts";

    /** Documentation is for people, and an image has none to read it. */
    private static final List<String> DROPPED =
            List.of(
                    "/usr/share/doc",
                    "/usr/share/doc-base",
                    "/usr/share/man",
                    "/usr/share/info",
                    "/usr/share/locale",
                    "/usr/share/lintian",
                    "/usr/share/bug",
                    "/usr/share/menu",
                    "/usr/share/initramfs-tools",
                    "/usr/share/bash-completion",
                    "/usr/share/zsh");

    /** Copies that scripts make once: source, destination. */
    private static final Map<String, String> COPIES =
            new TreeMap<>(
                    Map.of(
                            "/usr/share/base-files/profile", "/etc/profile",
                            "/usr/share/base-files/motd", "/etc/motd",
                            "/usr/share/libc-bin/nsswitch.conf", "/etc/nsswitch.conf"));

    private final TreeText files;

    private BaseFiles(RootTree tree) {
        files = new TreeText(tree, ORIGIN);
    }

    /** Removes documentation, and makes the files that scripts would make. */
    public static void write(RootTree tree) throws IOException {
        DROPPED.forEach(tree::remove);
        BaseFiles base = new BaseFiles(tree);
        base.copies();
        base.shells();
        base.authorities();
        base.empties();
    }

    private void copies() throws IOException {
        for (Map.Entry<String, String> copy : COPIES.entrySet()) {
            var text = files.read(copy.getKey());
            if (text.isPresent()) {
                files.writeIfAbsent(copy.getValue(), text.get());
            }
        }
    }

    /** /etc/shells as update-shells makes it. */
    private void shells() throws IOException {
        StringBuilder shells = new StringBuilder();
        shells.append(files.read("/usr/share/debianutils/shells").orElse(""));
        for (String file : files.list("/usr/share/debianutils/shells.d", "")) {
            shells.append(files.read(file).orElse(""));
        }
        if (!shells.isEmpty()) {
            files.write("/etc/shells", shells.toString());
        }
    }

    /** One bundle of all certificates, as update-ca-certificates makes it. */
    private void authorities() throws IOException {
        String dir = "/usr/share/ca-certificates";
        List<String> certificates =
                files.tree().entries().subMap(dir + "/", true, dir + "0", false).keySet().stream()
                        .filter(path -> path.endsWith(".crt"))
                        .toList();
        if (certificates.isEmpty()) {
            return;
        }
        StringBuilder bundle = new StringBuilder();
        for (String path : certificates) {
            String pem = files.read(path).orElse("");
            bundle.append(pem).append(pem.endsWith("\n") ? "" : "\n");
        }
        files.write("/etc/ssl/certs/ca-certificates.crt", bundle.toString());
        // The bundle says the same; programs read it, not the single files.
        files.tree().remove(dir);
    }

    private void empties() throws IOException {
        files.writeIfAbsent("/etc/environment", "");
        files.writeIfAbsent("/etc/hosts", "127.0.0.1\tlocalhost\n::1\tlocalhost\n");
        if (files.has("/etc/security")) {
            files.write("/etc/security/opasswd", Metadata.of(0600), "");
        }
        if (!files.has("/usr/lib/ssl") && files.has("/usr/bin/openssl")) {
            files.link("/usr/lib/ssl", "/etc/ssl");
        }
        files.tree().put("/usr/local", new Node.Directory(Metadata.DIRECTORY), ORIGIN);
        files.link("/etc/mtab", "../proc/self/mounts");
        if (files.has("/etc/dpkg/origins/debian")) {
            files.link("/etc/dpkg/origins/default", "debian");
        }
    }
}
