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
import java.util.List;
import java.util.Optional;

/** Where the reboot lock is: in one place, or the host does not start to ask. */
class LockKeysTest {
    @TempDir Path directory;

    @Test
    void coordinatorsAreAskedWithATokenAndACertificate() throws IOException {
        Optional<LockSettings> lock =
                load(
                        """
                        REBOOT_STRATEGY=lock
                        COORDINATOR=https://c1:8090, https://c2:8090/reboot
                        COORDINATOR_TOKEN_FILE=keelson.coordinator.token
                        LOCK_CA_FILE=/etc/keelson/ca.pem
                        LOCK_CERT_FILE=/etc/keelson/host.pem
                        LOCK_KEY_FILE=keelson.host.key
                        """);

        assertThat(lock)
                .contains(
                        new LockSettings.Coordinators(
                                List.of(
                                        URI.create("https://c1:8090"),
                                        URI.create("https://c2:8090/reboot")),
                                new LockSettings.Tls(
                                        Optional.of(Path.of("/etc/keelson/ca.pem")),
                                        Optional.of(
                                                new LockSettings.Identity(
                                                        Path.of("/etc/keelson/host.pem"),
                                                        Path.of("keelson.host.key")))),
                                Optional.of(Path.of("keelson.coordinator.token"))));
    }

    @Test
    void etcdIsAskedAsAUserOfItsOwn() throws IOException {
        Optional<LockSettings> lock =
                load(
                        """
                        LOCK_ENDPOINTS=https://e1:2379
                        LOCK_USER=host-web
                        LOCK_PASSWORD_FILE=keelson.etcd.password
                        """);

        assertThat(lock)
                .contains(
                        etcdAs(new LockSettings.Password.InFile(Path.of("keelson.etcd.password"))));
    }

    @Test
    void flatcarsPasswordIsUnderstoodAndNeverShown() throws IOException {
        Optional<LockSettings> lock =
                load(
                        """
                        LOCKSMITHD_ENDPOINT=https://e1:2379
                        LOCKSMITHD_ETCD_USERNAME=host-web
                        LOCKSMITHD_ETCD_PASSWORD=correct horse
                        LOCKSMITHD_DEBUG=true
                        """);

        assertThat(lock).contains(etcdAs(new LockSettings.Password.Given("correct horse")));
        assertThat(lock.get().toString()).doesNotContain("horse");
    }

    private static LockSettings etcdAs(LockSettings.Password password) {
        return new LockSettings.Etcd(
                List.of(URI.create("https://e1:2379")),
                LockSettings.Tls.NONE,
                Optional.of(new LockSettings.User("host-web", password)));
    }

    @Test
    void aTokenMayStayOnThisMachine() throws IOException {
        assertThat(load("COORDINATOR=http://127.0.0.1:8090\nCOORDINATOR_TOKEN_FILE=token"))
                .isPresent();
        assertThat(load("COORDINATOR=http://[::1]:8090\nCOORDINATOR_TOKEN_FILE=token")).isPresent();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    COORDINATOR=http://c:1;LOCK_ENDPOINTS=http://e:1        | COORDINATOR and LOCK_ENDPOINTS are both set, but who may reboot is decided in one place: remove one of them
                    COORDINATOR=c:8090                                      | COORDINATOR=c:8090 is not an http or https URL
                    COORDINATOR=http://c:1;COORDINATOR_TOKEN_FILE=t         | COORDINATOR_TOKEN_FILE would be sent in clear text to http://c:1: use https
                    COORDINATOR=https://c:1 http://d;COORDINATOR_TOKEN_FILE=t | COORDINATOR_TOKEN_FILE would be sent in clear text to http://d: use https
                    LOCK_ENDPOINTS=http://e:1;COORDINATOR_TOKEN_FILE=t      | COORDINATOR_TOKEN_FILE does nothing without COORDINATOR
                    COORDINATOR=https://c:1;LOCK_USER=u                     | LOCK_USER does nothing without LOCK_ENDPOINTS
                    LOCK_ENDPOINTS=https://e:1;LOCK_USER=u                  | LOCK_USER and LOCK_PASSWORD_FILE (or LOCK_PASSWORD) are set together or not at all
                    LOCK_ENDPOINTS=http://e:1;LOCK_USER=u;LOCK_PASSWORD_FILE=p | LOCK_PASSWORD_FILE would be sent in clear text to http://e:1: use https
                    COORDINATOR=https://c:1;LOCK_CERT_FILE=/c.pem           | LOCK_CERT_FILE and LOCK_KEY_FILE are set together or not at all
                    COORDINATOR=http://c:1;LOCK_CA_FILE=/ca.pem             | LOCK_CA_FILE, LOCK_CERT_FILE and LOCK_KEY_FILE are of use only with https, and http://c:1 is not
                    LOCK_CA_FILE=/ca.pem                                    | LOCK_CA_FILE does nothing without COORDINATOR or LOCK_ENDPOINTS
                    """)
    void whatCannotBeMeantIsAStartUpError(String lines, String message) {
        assertThatThrownBy(() -> load(lines.replace(";", "\n")))
                .isInstanceOf(ConfigException.class)
                .hasMessage(message);
    }

    private Optional<LockSettings> load(String text) throws IOException {
        Path file = Files.writeString(directory.resolve("update.conf"), text);
        return UpdateConfig.load(List.of(file)).reboot().lock();
    }
}
