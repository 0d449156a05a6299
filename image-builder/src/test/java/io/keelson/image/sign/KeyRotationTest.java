package io.keelson.image.sign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;

class KeyRotationTest {
    @TempDir static Path made;
    @TempDir Path keys;

    /** An RSA-4096 key takes a second or five, so the tests share a set. */
    @BeforeAll
    static void generate() throws IOException {
        SigningKeys.generate(made.resolve("keys"), new SecureRandom());
    }

    @BeforeEach
    void copy() throws IOException {
        try (var files = Files.list(made.resolve("keys"))) {
            for (Path file : files.toList()) {
                Files.copy(file, keys.resolve(file.getFileName()));
            }
        }
    }

    @Test
    void everyStepKeepsTheSigningKeyTrusted() throws Exception {
        String old = Files.readString(keys.resolve("update.pub.pem"));

        KeyRotation.prepare(keys, new SecureRandom());
        String next = Files.readString(keys.resolve("update-next.pub.pem"));
        assertThat(trusted()).containsExactlyInAnyOrder(old, next);
        assertThat(Files.readString(keys.resolve("update.pub.pem"))).isEqualTo(old);
        assertThat(Files.getPosixFilePermissions(keys.resolve("update-next.key.pem"))).hasSize(2);

        KeyRotation.activate(keys);
        assertThat(trusted()).containsExactlyInAnyOrder(old, next);
        assertThat(Files.readString(keys.resolve("update.pub.pem"))).isEqualTo(next);

        Path away = KeyRotation.retire(keys);
        assertThat(trusted()).containsExactly(next);
        assertThat(away.resolve("update.pub.pem")).hasContent(old);
        assertThat(away.resolve("update.key.pem")).exists();
    }

    @Test
    void anInterruptedActivationIsFinishedByDoingItAgain() throws Exception {
        stand("update-next");
        Files.move(keys.resolve("update.pub.pem"), keys.resolve("update-previous.pub.pem"));
        Files.move(keys.resolve("update.key.pem"), keys.resolve("update-previous.key.pem"));

        KeyRotation.activate(keys);

        assertThat(keys.resolve("update.key.pem")).hasContent("update-next");
        assertThat(keys.resolve("update.pub.pem")).hasContent("update-next");
        assertThat(keys.resolve("update-next.key.pem")).doesNotExist();
    }

    @Test
    void nothingIsOverwrittenAndEveryRefusalSaysWhatToDo() throws Exception {
        stand("update-next");
        assertThatThrownBy(() -> KeyRotation.prepare(keys, new SecureRandom()))
                .hasMessageEndingWith("a rotation has begun; go on with --activate");
        stand("update-previous");
        assertThatThrownBy(() -> KeyRotation.activate(keys))
                .hasMessageEndingWith("retire it with --retire first");
        assertThat(keys.resolve("update-next.key.pem")).hasContent("update-next");
        Files.delete(keys.resolve("update-next.key.pem"));
        Files.delete(keys.resolve("update-previous.pub.pem"));
        assertThatThrownBy(() -> KeyRotation.activate(keys))
                .hasMessageEndingWith("make one with 'keys rotate'");
        assertThatThrownBy(() -> KeyRotation.retire(keys))
                .hasMessageEndingWith("nothing is left to retire");
    }

    private void stand(String name) throws IOException {
        Files.writeString(keys.resolve(name + ".key.pem"), name);
        Files.writeString(keys.resolve(name + ".pub.pem"), name);
    }

    private List<String> trusted() {
        return KeyRotation.trusted(keys).stream()
                .map(file -> {
                    try {
                        return Files.readString(file);
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                })
                .toList();
    }
}
