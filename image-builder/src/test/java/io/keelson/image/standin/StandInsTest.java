package io.keelson.image.standin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.image.recipe.TreeChanges.Units;
import io.keelson.image.tree.Metadata;
import io.keelson.image.tree.Node;
import io.keelson.image.tree.RootTree;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

class StandInsTest {
    private static final String UNITS = "/usr/lib/systemd/system/";

    private final RootTree tree = new RootTree();

    @Test
    void accountsOfMastersAndSysusersAreMerged() throws IOException {
        put("/usr/share/base-passwd/passwd.master", "root:*:0:0:root:/root:/bin/bash\n");
        put("/usr/share/base-passwd/group.master", "root:*:0:\nshadow:*:42:\n");
        put(
                "/usr/lib/sysusers.d/a.conf",
                """
                # comment
                u root 0 - /root /bin/zsh
                g input -
                u! net - "Network, Management" /run/net
                u nobody 65534:65534 - /nonexistent
                m net input
                """);

        Accounts.write(tree, Map.of("input", 997, "net", 998));

        assertThat(text("/etc/passwd"))
                .isEqualTo(
                        """
                        root:x:0:0:root:/root:/bin/bash
                        net:x:998:998:Network, Management:/run/net:/usr/sbin/nologin
                        nobody:x:65534:65534::/nonexistent:/usr/sbin/nologin
                        """);
        assertThat(text("/etc/group"))
                .isEqualTo("root:x:0:\nshadow:x:42:\ninput:x:997:net\nnet:x:998:\n");
        assertThat(text("/etc/shadow")).contains("root:*:::::::\nnet:!*:::::::\n");
        assertThat(tree.find("/etc/shadow").orElseThrow().metadata())
                .isEqualTo(Metadata.of(0640).withOwner(0, 42));
    }

    @Test
    void twoAccountsWithOneNumberAreAnError() throws IOException {
        put("/usr/lib/sysusers.d/a.conf", "g a 900\ng b -\n");

        assertThatThrownBy(() -> Accounts.write(tree, Map.of("b", 900)))
                .hasMessage("accounts a and b have the same number; change ids: in the recipe");
    }

    @Test
    void aUnitIsEnabledByItsInstallSection() throws IOException {
        put(
                UNITS + "a.service",
                """
                [Service]
                WantedBy=ignored.target
                [Install]
                WantedBy=multi-user.target other.target
                RequiredBy=must.target
                Alias=b.service
                """);
        put(UNITS + "getty@.service", "[Install]\nWantedBy=getty.target\n");

        UnitLinks.write(
                tree, new Units(List.of("a.service", "getty@ttyS0.service"), List.of("c.service")));

        assertThat(link("multi-user.target.wants/a.service")).isEqualTo("../a.service");
        assertThat(link("other.target.wants/a.service")).isEqualTo("../a.service");
        assertThat(link("must.target.requires/a.service")).isEqualTo("../a.service");
        assertThat(link("b.service")).isEqualTo("a.service");
        assertThat(link("getty.target.wants/getty@ttyS0.service")).isEqualTo("../getty@.service");
        assertThat(link("c.service")).isEqualTo("/dev/null");
        assertThat(tree.find(UNITS + "ignored.target.wants")).isEmpty();
    }

    @Test
    void aUnitThatIsNotThereOrCannotBeEnabledIsAnError() throws IOException {
        put(UNITS + "static.service", "[Service]\n");

        assertThatThrownBy(() -> enable("gone.service"))
                .hasMessageContaining("unit gone.service is to be enabled but is not in the image");
        assertThatThrownBy(() -> enable("static.service"))
                .hasMessageContaining("unit static.service cannot be enabled");
    }

    @Test
    void pamTemplatesAreFilledAsPamAuthUpdateDoes() throws IOException {
        put("/usr/share/pam/common-auth", "$auth_primary\nauth deny\n$auth_additional\n");
        put(
                "/usr/share/pam/common-session",
                "$session_primary\nsession deny\n$session_additional\n");
        put(
                "/usr/share/pam-configs/unix",
                """
                Name: Unix
                Default: yes
                Priority: 256
                Auth-Type: Primary
                Auth:
                	[success=end default=ignore]	pam_unix.so try_first_pass
                Auth-Initial:
                	[success=end default=ignore]	pam_unix.so nullok
                Session-Type: Additional
                Session:
                	required	pam_unix.so
                """);
        put(
                "/usr/share/pam-configs/off",
                "Default: no\nAuth-Type: Primary\nAuth:\n\tno pam_no.so\n");

        PamProfiles.write(tree);

        assertThat(text("/etc/pam.d/common-auth"))
                .isEqualTo("auth\t[success=1 default=ignore]\tpam_unix.so nullok\nauth deny\n");
        assertThat(text("/etc/pam.d/common-session"))
                .isEqualTo(
                        "session\t[default=1]\tpam_permit.so\nsession deny\nsession\trequired\tpam_unix.so\n");
    }

    @Test
    void certificatesBecomeOneBundle() throws IOException {
        put("/usr/share/ca-certificates/mozilla/B.crt", "B");
        put("/usr/share/ca-certificates/mozilla/A.crt", "A\n");

        BaseFiles.write(tree);

        assertThat(text("/etc/ssl/certs/ca-certificates.crt")).isEqualTo("A\nB\n");
    }

    private void enable(String unit) throws IOException {
        UnitLinks.write(tree, new Units(List.of(unit), List.of()));
    }

    private String link(String name) {
        return tree.find(UNITS + name).orElseThrow() instanceof Node.Symlink(_, var target)
                ? target
                : "not a link";
    }

    private void put(String path, String text) throws IOException {
        tree.put(path, Node.RegularFile.of(0644, text.getBytes(StandardCharsets.UTF_8)), "test");
    }

    private String text(String path) throws IOException {
        try (InputStream in = tree.content(path).orElseThrow().open()) {
            return new String(in.readNBytes(1 << 20), StandardCharsets.UTF_8);
        }
    }
}
