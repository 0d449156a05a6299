package io.keelson.image.standin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.keelson.image.standin.ScriptReport.Cover;
import io.keelson.image.tree.Metadata;
import io.keelson.image.tree.Node;
import io.keelson.image.tree.RootTree;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

class MaintainerScriptsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "ldconfig",
                "if [ -x /bin/x ]; then",
                "deb-systemd-helper unmask 'a.service' >/dev/null || true",
                "update-alternatives --install /usr/bin/pager pager /bin/more 50",
                "dpkg-divert --package x --no-rename --divert /lib/x.usr-is-merged --add /lib/x",
                "chmod +x \"/etc/init.d/x\" >/dev/null || true",
                "configure|reconfigure)",
                "local name=\"$1\"",
                "echo \"unknown argument \\`$1'\" >&2",
                "for file in a b; do",
            })
    void aLineWithoutAnEffectOnAnImageIsKnown(String line) {
        assertThat(MaintainerScripts.unknown(line, new TreeSet<>())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ldconfig; rm -rf /etc/x",
                "true && mkdir /srv",
                "echo evil > /etc/passwd",
                "x=$(make-coffee)",
                "echo `make-coffee`",
                "systemctl start \"$(choose)\"",
                "update-alternatives --install $LINK x /bin/x 50",
                "dpkg-divert --package x --rename --divert /usr/bin/y --add /usr/bin/x",
                "(cd /; rm -rf y)",
                "ldconfig-like-thing",
            })
    void aLineThatDoesMoreIsNot(String line) {
        assertThat(MaintainerScripts.unknown(line, new TreeSet<>())).containsExactly(line);
    }

    @Test
    void aFunctionOfTheScriptMayBeCalled() {
        String script = "helper() {\nldconfig\n}\nhelper now\nother now\n";

        assertThat(MaintainerScripts.unknown(script, new TreeSet<>())).containsExactly("other now");
    }

    @Test
    void aReviewedScriptThatGetsANewLineIsNoticed() throws IOException {
        // The real package, as far as it has a line that is not known by itself.
        Map<String, Map<String, String>> before =
                Map.of(
                        "libselinux1",
                        Map.of("postinst", "rm -f /etc/selinux/default/contexts/files/*.bin\n"));
        Map<String, Map<String, String>> after =
                Map.of(
                        "libselinux1",
                        Map.of(
                                "postinst",
                                "rm -f /etc/selinux/default/contexts/files/*.bin\nsetsebool x on\n"));

        assertThat(MaintainerScripts.report(before, Map.of()).scripts())
                .allSatisfy(s -> assertThat(s.cover()).isInstanceOf(Cover.StandIn.class));
        assertThatThrownBy(() -> MaintainerScripts.report(after, Map.of()))
                .hasMessage(
                        "the postinst of package libselinux1 does something no stand-in covers and"
                                + " that was not there when it was reviewed: \"setsebool x on\";"
                                + " exclude the package, or say under scriptWaivers: why the image"
                                + " works without");
        assertThat(MaintainerScripts.report(after, Map.of("libselinux1", "no SELinux")).missing())
                .isEmpty();
    }

    @Test
    void theKernelsVersionIsNotPartOfItsReview() throws IOException {
        String line = "linux-run-hooks image postinst 6.12.1+deb13-amd64";
        ReviewedScripts reviewed =
                ReviewedScripts.read(
                        new BufferedReader(
                                new StringReader(
                                        "linux-image-@RELEASE@: ours\n  "
                                                + ReviewedScripts.hash(
                                                        "linux-image-6.12.1+deb13-amd64", line)
                                                + "\n")));

        assertThat(
                        reviewed.allows(
                                "linux-image-6.12.2+deb13-amd64",
                                "linux-run-hooks image postinst 6.12.2+deb13-amd64"))
                .isTrue();
        assertThat(reviewed.knows("linux-image-6.13-amd64")).isTrue();
        assertThat(reviewed.allows("bash", line)).isFalse();
    }

    @Test
    void theAlternativeWithTheHighestPriorityIsLinked() throws IOException {
        RootTree tree = new RootTree();
        put(tree, "/usr/bin/vi.tiny");
        put(tree, "/usr/bin/vi.big");
        put(tree, "/usr/sbin/tables-new");

        Alternatives.write(
                tree,
                Map.of(
                        "tiny",
                        Map.of(
                                "postinst",
                                """
                                update-alternatives --install /usr/bin/vi vi /usr/bin/vi.tiny 10 \\
                                  --slave /usr/share/man/man1/vi.1.gz vi.1 /usr/share/man/x
                                """),
                        "big",
                        Map.of(
                                "postinst",
                                "update-alternatives --quiet --install /usr/bin/vi vi /usr/bin/vi.big 20\n"),
                        "tables",
                        Map.of(
                                "postinst",
                                "update-alternatives --install /sbin/tables tables /usr/sbin/tables-new 5\n")));

        assertThat(tree.find("/usr/bin/vi")).contains(Node.Symlink.to("vi.big"));
        assertThat(tree.find("/usr/sbin/tables")).contains(Node.Symlink.to("tables-new"));
        assertThat(tree.find("/usr/share/man")).isEmpty();
    }

    @Test
    void capabilitiesAreWrittenAsSetcapDoes() throws IOException {
        RootTree tree = new RootTree();
        put(tree, "/usr/bin/ping");

        FilePrivileges.write(tree, Map.of("/usr/bin/ping", "cap_net_raw,cap_bpf"));

        byte[] xattr =
                tree.find("/usr/bin/ping")
                        .orElseThrow()
                        .metadata()
                        .xattrs()
                        .get("security.capability");
        assertThat(xattr)
                .containsExactly(1, 0, 0, 2, 0, 0x20, 0, 0, 0, 0, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 0);
        assertThatThrownBy(
                        () -> FilePrivileges.write(tree, Map.of("/usr/bin/ping", "cap_everything")))
                .hasMessageStartingWith("/usr/bin/ping: unknown capability cap_everything; known:");
        assertThatThrownBy(() -> FilePrivileges.write(tree, Map.of("/gone", "cap_bpf")))
                .hasMessageContaining("/gone is to have capabilities but is no file in the image");
    }

    @Test
    void aHelperOfDbusGetsItsGroupAndMode() throws IOException {
        RootTree tree = new RootTree();
        String helper = "/usr/lib/dbus-1.0/dbus-daemon-launch-helper";
        put(tree, helper);

        assertThatThrownBy(() -> FilePrivileges.override(tree))
                .hasMessageContaining("belongs to group messagebus, which nobody makes");

        tree.put(
                "/etc/group",
                Node.RegularFile.of(0644, "root:x:0:\nmessagebus:x:991:\n".getBytes(UTF_8)),
                "test");
        FilePrivileges.override(tree);
        assertThat(tree.find(helper).orElseThrow().metadata())
                .isEqualTo(Metadata.of(04754).withOwner(0, 991));
    }

    @Test
    void everyReviewSaysWhatTakesTheScriptsPlace() throws IOException {
        ReviewedScripts shipped = ReviewedScripts.shipped();

        for (String name : List.of("libc6", "systemd", "linux-image-6.12.1+deb13-amd64")) {
            assertThat(shipped.knows(name)).as(name).isTrue();
            assertThat(shipped.standIn(name)).isNotBlank();
        }
    }

    private static void put(RootTree tree, String path) throws IOException {
        tree.put(path, Node.RegularFile.of(0755, new byte[] {1}), "test");
    }
}
