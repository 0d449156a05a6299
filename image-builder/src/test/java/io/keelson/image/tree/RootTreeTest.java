package io.keelson.image.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

class RootTreeTest {
    private final RootTree tree = new RootTree();

    @Test
    void pathsOfTheMergedDirectoriesAreInUsrAndEtcIsTheFactoryCopy() throws IOException {
        tree.put("/bin/sh", file("sh"), "dash");
        tree.put("/etc/motd", file("hello"), "base-files");

        assertThat(tree.entries().keySet())
                .containsExactly(
                        "/",
                        "/usr",
                        "/usr/bin",
                        "/usr/bin/sh",
                        "/usr/share",
                        "/usr/share/factory",
                        "/usr/share/factory/etc",
                        "/usr/share/factory/etc/motd");
        assertThat(tree.find("/etc/motd")).isPresent();
    }

    @Test
    void twoContentsAtOnePathAreAnErrorThatNamesBothPackages() throws IOException {
        tree.put("/usr/bin/x", file("one"), "package a 1");

        assertThatThrownBy(() -> tree.put("/bin/x", file("two"), "package b 1"))
                .isInstanceOf(TreeConflict.class)
                .hasMessage(
                        "/usr/bin/x is in both package a 1 and package b 1: the contents differ;"
                                + " leave one of them out, or remove the path in the recipe");
    }

    @Test
    void theSameContentMayComeTwice() throws IOException {
        tree.put("/usr/bin/x", file("one"), "a");
        tree.put("/usr/bin/x", file("one"), "b");

        assertThat(tree.originOf("/usr/bin/x")).isEqualTo("a");
    }

    @Test
    void aFileWhereADirectoryIsNeededIsAConflict() throws IOException {
        tree.put("/usr/x", file("one"), "a");

        assertThatThrownBy(() -> tree.put("/usr/x/y", file("two"), "b"))
                .isInstanceOf(TreeConflict.class);
    }

    @Test
    void aDirectoryThatWasMadeUpTakesTheModeOfTheFirstPackageThatHasIt() throws IOException {
        tree.put("/var/x/y", file("one"), "a");
        tree.put("/var/x", new Node.Directory(Metadata.of(0700)), "b");

        assertThat(tree.find("/var/x").orElseThrow().metadata().mode()).isEqualTo(0700);
    }

    @Test
    void aTreeBelowHasShorterPathsAlsoInHardLinks() throws IOException {
        tree.put("/usr/bin/perl", file("perl"), "a");
        tree.put("/bin/perl5", new Node.HardLink(Metadata.EXECUTABLE, "/bin/perl"), "a");

        RootTree usr = tree.below("/usr");

        assertThat(usr.find("/bin/perl")).isEmpty();
        assertThat(usr.entries().get("/bin/perl5"))
                .isEqualTo(new Node.HardLink(Metadata.EXECUTABLE, "/bin/perl"));
    }

    @Test
    void contentIsFoundThroughLinks() throws IOException {
        tree.put("/usr/lib/x86/libc.so.6", file("libc"), "a");
        tree.put("/usr/lib/libc.so", Node.Symlink.to("x86/libc.so.6"), "a");
        tree.put("/usr/lib/abs", Node.Symlink.to("/lib/libc.so"), "a");
        tree.put("/usr/lib/loop", Node.Symlink.to("loop"), "a");

        assertThat(tree.resolve("/usr/lib/abs")).contains("/usr/lib/x86/libc.so.6");
        assertThat(tree.content("/lib/abs").orElseThrow().size()).isEqualTo(4);
        assertThat(tree.content("/lib/loop")).isEmpty();
    }

    @Test
    void removingADirectoryLeavesItsNeighbours() throws IOException {
        tree.put("/usr/share/doc/x/copyright", file("c"), "a");
        tree.put("/usr/share/doc-base/y", file("y"), "a");
        tree.put("/usr/share/doc.txt", file("z"), "a");

        tree.remove("/usr/share/doc");

        assertThat(tree.entries().keySet())
                .containsExactly(
                        "/",
                        "/usr",
                        "/usr/share",
                        "/usr/share/doc-base",
                        "/usr/share/doc-base/y",
                        "/usr/share/doc.txt");
    }

    @Test
    void aPathThatLeavesTheTreeIsRefused() {
        assertThatThrownBy(() -> tree.put("/usr/../../x", file("x"), "a"))
                .hasMessage("path leaves its directory: /usr/../../x");
    }

    private static Node file(String text) {
        return Node.RegularFile.of(0644, text.getBytes(StandardCharsets.UTF_8));
    }
}
