package io.keelson.image.standin;

import io.keelson.image.tree.Metadata;
import io.keelson.image.tree.Node;
import io.keelson.image.tree.RootTree;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What scripts do with setcap and dpkg-statoverride. Debian's packages do not carry capabilities:
 * scripts call setcap, or leave the choice to the administrator, which here is the recipe. Nor can
 * they carry a group whose number is not known before an installation.
 */
public final class FilePrivileges {
    private static final String XATTR = "security.capability";

    /** VFS_CAP_REVISION_2 with VFS_CAP_FLAGS_EFFECTIVE (linux/capability.h). */
    private static final int MAGIC = 0x02000001;

    private static final int BYTES = 20;

    /** By their number in linux/capability.h. */
    private static final List<String> NAMES =
            List.of(
                    ("chown dac_override dac_read_search fowner fsetid kill setgid setuid setpcap"
                                    + " linux_immutable net_bind_service net_broadcast net_admin net_raw"
                                    + " ipc_lock ipc_owner sys_module sys_rawio sys_chroot sys_ptrace"
                                    + " sys_pacct sys_admin sys_boot sys_nice sys_resource sys_time"
                                    + " sys_tty_config mknod lease audit_write audit_control setfcap"
                                    + " mac_override mac_admin syslog wake_alarm block_suspend audit_read"
                                    + " perfmon bpf checkpoint_restore")
                            .split(" ", -1));

    private FilePrivileges() {}

    /** Modes and groups that scripts set; for who has the file and the group. */
    private static final Map<String, Privilege> OVERRIDES =
            new TreeMap<>(
                    Map.of(
                            "/usr/lib/dbus-1.0/dbus-daemon-launch-helper",
                            new Privilege("messagebus", 04754),
                            "/usr/bin/ssh-agent",
                            new Privilege("_ssh", 02755)));

    private record Privilege(String group, int mode) {}

    /** Gives files the group and mode that their package's script would give them. */
    public static void override(RootTree tree) throws IOException {
        String groups = new TreeText(tree, "groups").read("/etc/group").orElse("");
        for (Map.Entry<String, Privilege> entry : OVERRIDES.entrySet()) {
            String path = entry.getKey();
            Privilege wanted = entry.getValue();
            Optional<Node> node = tree.find(path);
            if (node.isPresent() && node.get() instanceof Node.RegularFile(var _, var content)) {
                int gid =
                        groups.lines()
                                .map(line -> line.split(":", -1))
                                .filter(f -> f.length > 2 && f[0].equals(wanted.group()))
                                .map(f -> Integer.valueOf(f[2]))
                                .findFirst()
                                .orElseThrow(() ->
                                        new IOException(
                                                "%s belongs to group %s, which nobody makes: add it by a file in /usr/lib/sysusers.d"
                                                        .formatted(path, wanted.group())));
                Metadata metadata = Metadata.of(wanted.mode()).withOwner(0, gid);
                tree.replace(path, new Node.RegularFile(metadata, content), tree.originOf(path));
            }
        }
    }

    /**
     * Sets capabilities, permitted and effective.
     *
     * @param byPath names such as {@code cap_net_raw}, several with commas between them
     */
    public static void write(RootTree tree, Map<String, String> byPath) throws IOException {
        for (Map.Entry<String, String> entry : new TreeMap<>(byPath).entrySet()) {
            String path = entry.getKey();
            Optional<Node> node = tree.find(path);
            if (node.isEmpty()
                    || !(node.get() instanceof Node.RegularFile(var metadata, var content))) {
                throw new IOException(
                        "%s is to have capabilities but is no file in the image; check capabilities: in the recipe"
                                .formatted(path));
            }
            var xattrs = new TreeMap<>(metadata.xattrs());
            xattrs.put(XATTR, encoded(path, entry.getValue()));
            Metadata with = new Metadata(metadata.mode(), metadata.uid(), metadata.gid(), xattrs);
            tree.replace(path, new Node.RegularFile(with, content), tree.originOf(path));
        }
    }

    private static byte[] encoded(String path, String names) throws IOException {
        long bits = 0;
        for (String name : names.split(",", -1)) {
            int number = NAMES.indexOf(name.strip().replaceFirst("^cap_", ""));
            if (number < 0) {
                throw new IOException(
                        "%s: unknown capability %s; known: %s".formatted(path, name, NAMES));
            }
            bits |= 1L << number;
        }
        return ByteBuffer.allocate(BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(MAGIC)
                .putInt((int) bits)
                .putInt(0)
                .putInt((int) (bits >>> 32))
                .putInt(0)
                .array();
    }
}
