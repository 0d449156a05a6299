package io.keelson.engine.lock;

import io.keelson.host.Command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** An authority and certificates of it, as files. */
record TestAuthority(Path directory) {
    static TestAuthority make(Path directory) throws IOException, InterruptedException {
        var made = new TestAuthority(Files.createDirectories(directory));
        made.openssl("req -x509 -days 2 -subj /CN=authority -keyout ca.key -out ca.crt", true);
        return made;
    }

    /** Makes {@code NAME.crt} and {@code NAME.key}. */
    void issue(String name, String extension) throws IOException, InterruptedException {
        issue(name, "CN", extension);
    }

    /** The same with another part of the subject, such as {@code O}, in place of the name. */
    void issue(String name, String part, String extension)
            throws IOException, InterruptedException {
        Files.writeString(file(name + ".ext"), extension + "\n");
        openssl("req -subj /%2$s=%1$s -keyout %1$s.key -out %1$s.csr".formatted(name, part), true);
        openssl(
                "x509 -req -in %1$s.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -extfile %1$s.ext -out %1$s.crt"
                        .formatted(name),
                false);
    }

    Path file(String name) {
        return directory.resolve(name);
    }

    private void openssl(String arguments, boolean isNewKey)
            throws IOException, InterruptedException {
        var argv = new ArrayList<>(List.of("/usr/bin/openssl"));
        for (String each : arguments.split(" ", -1)) {
            argv.add(each.matches("[a-z-]+\\.[a-z]{3}") ? file(each).toString() : each);
        }
        if (isNewKey) {
            argv.addAll(List.of("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"));
        }
        Command.run(argv, Duration.ofSeconds(30)).orThrow("openssl");
    }
}
