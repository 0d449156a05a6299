package io.keelson.etcd;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A user of etcd whose password is in a file, so that no command line and no log shows it. */
public record EtcdLogin(String name, Path password) {
    private static final int FILE_BYTES_MAX = 4096;

    /** Reads the password: one line of printable ASCII. */
    public EtcdUser read() throws IOException {
        String text;
        try (var in = Files.newInputStream(password)) {
            text = new String(in.readNBytes(FILE_BYTES_MAX), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new IOException(
                    "the password of etcd's user " + name + " cannot be read: " + e, e);
        }
        if (!text.matches("[\\x20-\\x7e]+")) {
            throw new IOException(
                    password + " must hold one line of printable ASCII, the password of " + name);
        }
        return new EtcdUser(name, text);
    }
}
