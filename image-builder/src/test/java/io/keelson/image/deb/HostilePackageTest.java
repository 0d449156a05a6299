package io.keelson.image.deb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.image.tree.Content;
import io.keelson.image.tree.Node;
import io.keelson.image.tree.RootTree;
import io.keelson.image.tree.TreeConflict;

import org.apache.commons.compress.archivers.ar.ArArchiveEntry;
import org.apache.commons.compress.archivers.ar.ArArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** What a package may not do to the machine that builds. */
class HostilePackageTest {
    @TempDir Path dir;

    private record Entry(TarArchiveEntry header, Content content) {}

    @Test
    void aPathThatLeavesThePackageIsRefused() throws IOException {
        refused("path ./usr/../../etc/passwd leaves the package", file("./usr/../../etc/passwd"));
    }

    @Test
    void anAbsolutePathIsRefused() throws IOException {
        refused("path /etc/passwd is absolute", file("/etc/passwd"));
    }

    @Test
    void anAbsoluteHardLinkIsRefused() throws IOException {
        TarArchiveEntry link = new TarArchiveEntry("./usr/x", TarConstants.LF_LINK);
        link.setLinkName("/etc/shadow");

        refused("path /etc/shadow is absolute", new Entry(link, Content.of(new byte[0])));
    }

    @Test
    void anAbsoluteSymbolicLinkStaysInsideTheImage() throws IOException {
        RootTree tree = new RootTree();

        unpack(file("./etc/target"), symlink("./usr/link", "/etc/target")).addTo(tree, "package x");

        assertThat(tree.resolve("/usr/link")).contains("/usr/share/factory/etc/target");
    }

    @Test
    void aFileBelowALinkIsRefused() throws IOException {
        UnpackedDeb deb = unpack(symlink("./usr/dir", "/etc"), file("./usr/dir/passwd"));

        assertThatThrownBy(() -> deb.addTo(new RootTree(), "package x"))
                .isInstanceOf(TreeConflict.class)
                .hasMessageContaining("/usr/dir");
    }

    @Test
    void aDeviceIsRefused() throws IOException {
        TarArchiveEntry device = new TarArchiveEntry("./dev/sda", TarConstants.LF_BLK);

        refused(
                "/dev/sda is a device or pipe, which an image cannot hold",
                new Entry(device, Content.of(new byte[0])));
    }

    @Test
    void aNameThatIsTooLongIsRefusedAndShownShortened() throws IOException {
        refused("usr/nnnnnnn", file("./usr/" + "n".repeat(300)));
        refused("has an impossible name", file("./usr/" + "n".repeat(300)));
        refused("is too long", file("./usr" + "/abcdefgh".repeat(1000)));
    }

    @Test
    void aPackageWithTooManyMembersIsRefused() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ArArchiveOutputStream ar = new ArArchiveOutputStream(bytes)) {
            for (int i = 0; i < 20; i++) {
                member(ar, "x" + i, new byte[0]);
            }
        }

        refused("has more than 16 members", bytes.toByteArray());
    }

    @Test
    void aPackageThatIsCutIsRefused() throws IOException {
        TarArchiveEntry large = new TarArchiveEntry("./usr/large");
        large.setSize(5000);
        byte[] whole = deb(new Entry(large, Content.of(new byte[5000])));

        refused("package x 1 cannot be unpacked", Arrays.copyOf(whole, whole.length - 3000));
    }

    @Test
    void extendedAttributesAreKept() throws IOException {
        byte[] capability = new byte[20];
        capability[0] = 1;
        capability[3] = 2;
        capability[5] = 0x20;
        TarArchiveEntry ping = new TarArchiveEntry("./usr/bin/ping");
        ping.setMode(0100755);
        ping.setIds(3, 4);
        ping.addPaxHeader(
                "SCHILY.xattr.security.capability", new String(capability, StandardCharsets.UTF_8));
        byte[] deb = deb(new Entry(ping, Content.of(new byte[0])));

        unpack(deb);
        UnpackedDeb again = unpack(deb);

        Node node = again.files().getFirst().node();
        assertThat(node.metadata().uid()).isEqualTo(3);
        assertThat(node.metadata().gid()).isEqualTo(4);
        assertThat(node.metadata().xattrs().get("security.capability")).isEqualTo(capability);
    }

    private void refused(String message, Entry... entries) throws IOException {
        refused(message, deb(entries));
    }

    /** In one sentence, with nothing left behind. */
    private void refused(String message, byte[] deb) throws IOException {
        assertThatThrownBy(() -> unpack(deb))
                .isInstanceOf(DebException.class)
                .hasMessageStartingWith("package x 1 cannot be unpacked: ")
                .hasMessageContaining(message)
                .message()
                .hasSizeLessThan(250);
        try (Stream<Path> left = Files.list(dir.resolve("store"))) {
            assertThat(left).isEmpty();
        }
    }

    private UnpackedDeb unpack(Entry... entries) throws IOException {
        return unpack(deb(entries));
    }

    private UnpackedDeb unpack(byte[] deb) throws IOException {
        Path file = Files.write(dir.resolve("x.deb"), deb);
        return new DebStore(dir.resolve("store"))
                .open(new DebStore.Source(file, "d" + Arrays.hashCode(deb), "x 1"));
    }

    private static Entry file(String name) {
        TarArchiveEntry entry = new TarArchiveEntry(name, true);
        entry.setSize(2);
        return new Entry(entry, Content.of(new byte[] {'x', '\n'}));
    }

    private static Entry symlink(String name, String target) {
        TarArchiveEntry link = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
        link.setLinkName(target);
        return new Entry(link, Content.of(new byte[0]));
    }

    private static byte[] deb(Entry... entries) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ArArchiveOutputStream ar = new ArArchiveOutputStream(bytes)) {
            member(ar, "debian-binary", "2.0\n".getBytes(StandardCharsets.UTF_8));
            member(ar, "control.tar", tar(List.of(file("./control"))));
            member(ar, "data.tar", tar(List.of(entries)));
        }
        return bytes.toByteArray();
    }

    private static byte[] tar(List<Entry> entries) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
            for (Entry entry : entries) {
                tar.putArchiveEntry(entry.header());
                try (InputStream in = entry.content().open()) {
                    in.transferTo(tar);
                }
                tar.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }

    private static void member(ArArchiveOutputStream ar, String name, byte[] content)
            throws IOException {
        ar.putArchiveEntry(new ArArchiveEntry(name, content.length));
        ar.write(content);
        ar.closeArchiveEntry();
    }
}
