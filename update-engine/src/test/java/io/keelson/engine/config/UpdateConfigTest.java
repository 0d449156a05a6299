package io.keelson.engine.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

class UpdateConfigTest {
    @TempDir Path directory;

    @Test
    void hostWithoutAnyFileAsksNobodyAndNeverReboots() throws Exception {
        UpdateConfig config = UpdateConfig.load(List.of(directory.resolve("missing")));

        assertThat(config.server()).isEmpty();
        assertThat(config.reboot().strategy()).isEqualTo(RebootStrategy.OFF);
        assertThat(config.tries()).isEqualTo(3);
        assertThat(config.health().requiredUnits()).containsExactly("keelsond.service");
    }

    @Test
    void laterFileWinsKeyByKey() throws Exception {
        Path image = file("image", "SERVER=http://a/v1/update/\nGROUP=stable\n");
        Path etc = file("etc", "# mine\n\nGROUP=\"beta\"\nPOLL_INTERVAL=60");
        Path credential = file("credential", "GROUP=demo\nMACHINE_ALIAS='edge 7'\n");

        UpdateConfig config = UpdateConfig.load(List.of(image, etc, credential));

        assertThat(config.server()).contains(URI.create("http://a/v1/update/"));
        assertThat(config.group()).isEqualTo("demo");
        assertThat(config.poll())
                .isEqualTo(new UpdateConfig.PollSettings(Duration.ofMinutes(1), true));
        assertThat(config.machineAlias()).isEqualTo("edge 7");
    }

    @Test
    void typoIsAStartUpErrorThatListsTheKnownKeys() throws Exception {
        Path file = file("conf", "POLL_INTERVALL=60\n");

        assertThatThrownBy(() -> UpdateConfig.load(List.of(file)))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("unknown setting POLL_INTERVALL in " + file + "; known: ")
                .message()
                .contains("DRAIN_TIMEOUT, GROUP, HEALTH_TIMEOUT", "LOCKSMITHD_GROUP", "SERVER");
    }

    @Test
    void settingOfAnotherReleaseIsPassedOverAndNamed() throws Exception {
        Path list = directory.resolve("known-settings");
        AnnouncedKeys announced =
                AnnouncedKeys.NONE.announcing(list, "2.0.0", List.of("FUTURE", "GROUP"));
        Path file = file("conf", "FUTURE=yes\nGROUP=beta\n");

        UpdateConfig config = UpdateConfig.load(List.of(file), AnnouncedKeys.read(list));

        assertThat(config.group()).isEqualTo("beta");
        assertThat(config.remarks())
                .containsExactly(
                        "FUTURE in "
                                + file
                                + " is a setting of release 2.0.0 and does nothing in this one");
        assertThatThrownBy(() -> UpdateConfig.load(List.of(file("typo", "FUTUR=yes\n")), announced))
                .isInstanceOf(ConfigException.class);
    }

    @Test
    void firstReleaseThatAnnouncesASettingIsRemembered() throws Exception {
        Path list = directory.resolve("known-settings");
        AnnouncedKeys.NONE
                .announcing(list, "1.0.0", List.of("OLD"))
                .announcing(list, "2.0.0", List.of("NEW", "OLD"));

        AnnouncedKeys read = AnnouncedKeys.read(list);

        assertThat(read.releaseOf("OLD")).contains("1.0.0");
        assertThat(read.releaseOf("NEW")).contains("2.0.0");
        assertThat(read.releaseOf("OTHER")).isEmpty();
    }

    @Test
    void laterFileWinsWhicheverNameOfASettingItUses() throws Exception {
        Path first = file("first", "LOCK_GROUP=a\n");
        Path second = file("second", "LOCKSMITHD_GROUP=b\n");

        assertThat(UpdateConfig.load(List.of(first, second)).reboot().lockGroup()).isEqualTo("b");
    }

    @Test
    void flatcarNamesOfTheLockAreUnderstood() throws Exception {
        Path file =
                file(
                        "conf",
                        """
                        REBOOT_STRATEGY=etcd-lock
                        LOCKSMITHD_ENDPOINT=https://e1:2379, https://e2:2379
                        LOCKSMITHD_GROUP=edge
                        LOCKSMITHD_ETCD_CAFILE=/etc/ssl/etcd.pem
                        LOCKSMITHD_ETCD_CERTFILE=/etc/ssl/host.pem
                        LOCKSMITHD_ETCD_KEYFILE=/etc/ssl/host.key
                        """);

        UpdateConfig config = UpdateConfig.load(List.of(file));

        assertThat(config.reboot().strategy()).isEqualTo(RebootStrategy.LOCK);
        assertThat(config.reboot().lock())
                .contains(
                        new LockSettings.Etcd(
                                List.of(
                                        URI.create("https://e1:2379"),
                                        URI.create("https://e2:2379")),
                                new LockSettings.Tls(
                                        Optional.of(Path.of("/etc/ssl/etcd.pem")),
                                        Optional.of(
                                                new LockSettings.Identity(
                                                        Path.of("/etc/ssl/host.pem"),
                                                        Path.of("/etc/ssl/host.key")))),
                                Optional.empty()));
        assertThat(config.reboot().lockGroup()).isEqualTo("edge");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    METRICS_ADDRESS=0.0.0.0:1 | METRICS_ADDRESS=0.0.0.0:1 is not a loopback address with a port: 127.0.0.1:PORT
                    METRICS_ADDRESS=localhost:1 | METRICS_ADDRESS=localhost:1 is not a loopback address with a port: 127.0.0.1:PORT
                    METRICS_ADDRESS=127.0.0.1 | METRICS_ADDRESS=127.0.0.1 is not a loopback address with a port: 127.0.0.1:PORT
                    METRICS_ADDRESS=[::1]:70000 | METRICS_ADDRESS=[::1]:70000 is not a loopback address with a port: 127.0.0.1:PORT
                    SERVER=ftp://a            | SERVER=ftp://a is not an http or https URL
                    SERVER=http//a            | SERVER=http//a is not an http or https URL
                    GROUP=a b                 | GROUP=a b is not a name of letters, digits and . _ -
                    POLL_INTERVAL=0           | POLL_INTERVAL=0 is not a number from 5 to 604800
                    POLL_INTERVAL=45m         | POLL_INTERVAL=45m is not a number from 5 to 604800
                    TRIES=0                   | TRIES=0 is not a number from 1 to 9
                    REBOOT_STRATEGY=now       | REBOOT_STRATEGY=now is not one of off, immediate, window, lock, lock+window, nor Flatcar's reboot, etcd-lock, best-effort
                    REBOOT_STRATEGY=lock      | REBOOT_STRATEGY=lock needs COORDINATOR, a coordinator's URL, or LOCK_ENDPOINTS, etcd's URLs
                    """)
    void badValueIsNamedWithWhatIsAllowed(String line, String message) throws Exception {
        Path file = file("conf", line);

        assertThatThrownBy(() -> UpdateConfig.load(List.of(file))).hasMessage(message);
    }

    @Test
    void lineWithoutAnEqualsSignIsNamed() throws Exception {
        Path file = file("conf", "GROUP=a\nSERVER\n");

        assertThatThrownBy(() -> UpdateConfig.load(List.of(file)))
                .hasMessage(file + " line 2 is not KEY=value: SERVER");
    }

    @Test
    void shippedDefaultsAreValid() throws Exception {
        UpdateConfig config =
                UpdateConfig.load(List.of(Path.of("src/main/dist/share/keelson/update.conf")));

        assertThat(config.server()).isEmpty();
    }

    private Path file(String name, String content) throws IOException {
        return Files.writeString(directory.resolve(name), content);
    }
}
