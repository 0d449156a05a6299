package io.keelson.image.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

class MirrorsTest {
    private static final Mirrors EXPECTED =
            new Mirrors(
                    URI.create("http://mirror.example/debian/"),
                    URI.create("http://mirror.example/security/"));

    @TempDir Path apt;

    @Test
    void deb822SourcesAreRead() throws IOException {
        write(
                "sources.list.d/debian.sources",
                """
                Types: deb
                # the main mirror
                URIs: http://mirror.example/debian
                Suites: bookworm bookworm-updates
                Components: main
                Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

                Types: deb
                URIs: http://mirror.example/security
                Suites: bookworm-security
                Components: main
                """);

        assertThat(Mirrors.fromAptSources(apt)).isEqualTo(EXPECTED);
    }

    @Test
    void mirrorListsOfCloudImagesAreFollowed() throws IOException {
        write("mirrors/debian.list", "http://mirror.example/debian priority:1\n");
        write("mirrors/security.list", "# comment\nhttp://mirror.example/security\n");
        write(
                "sources.list.d/debian.sources",
                """
                Types: deb deb-src
                URIs: mirror+file:%1$s/mirrors/debian.list
                Suites: trixie trixie-updates
                Components: main

                Types: deb
                URIs: mirror+file:%1$s/mirrors/security.list
                Suites: trixie-security
                Components: main
                """
                        .formatted(apt));

        assertThat(Mirrors.fromAptSources(apt)).isEqualTo(EXPECTED);
    }

    @Test
    void oneLineSourcesAreRead() throws IOException {
        write(
                "sources.list",
                """
                # deb http://old.example/debian trixie main
                deb-src http://source.example/debian trixie main
                deb [arch=amd64 signed-by=/x.gpg] http://mirror.example/debian trixie main contrib
                deb http://mirror.example/security trixie-security main # comment
                """);

        assertThat(Mirrors.fromAptSources(apt)).isEqualTo(EXPECTED);
    }

    @Test
    void mirrorsOfOtherProjectsAreNotTaken() throws IOException {
        write("sources.list.d/a.list", "deb http://node.example/x nodistro main\n");
        write(
                "sources.list.d/b.list",
                """
                deb http://mirror.example/debian trixie main
                deb http://mirror.example/security trixie-security main
                """);

        assertThat(Mirrors.fromAptSources(apt)).isEqualTo(EXPECTED);
    }

    @Test
    void aMachineWithoutAptIsToldToPassAMirror() {
        assertThatThrownBy(() -> Mirrors.fromAptSources(apt))
                .hasMessage(
                        "no Debian mirror is configured for apt in " + apt + "; pass --mirror URL");
    }

    @Test
    void withoutASecuritySuiteTheArchiveBesideTheMainOneIsTaken() throws IOException {
        write("sources.list", "deb http://mirror.example/debian trixie main\n");

        assertThat(Mirrors.fromAptSources(apt).security())
                .isEqualTo(URI.create("http://mirror.example/debian-security/"));
    }

    @Test
    void aMirrorOfAnotherNameHasNoKnownSecurityArchiveBesideIt() throws IOException {
        write("sources.list", "deb http://mirror.example/snapshot trixie main\n");

        assertThatThrownBy(() -> Mirrors.fromAptSources(apt))
                .hasMessage(
                        "no Debian security mirror is configured for apt in "
                                + apt
                                + "; pass --security-mirror URL");
    }

    @Test
    void securitySuitesComeFromTheSecurityMirror() {
        assertThat(EXPECTED.base("trixie-security")).isEqualTo(EXPECTED.security());
        assertThat(EXPECTED.base("trixie-updates")).isEqualTo(EXPECTED.main());
    }

    private void write(String name, String text) throws IOException {
        Path file = apt.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
