package io.keelson.image.rootfs;

import io.keelson.image.archive.PackageIndex;
import io.keelson.image.packages.Lock;
import io.keelson.image.packages.Resolver;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.TreeSet;

/** Answers of the resolver by its question and the digests of the lists it searched. */
final class KeptLocks {
    /** Part of the key: changes when the resolver would answer differently. */
    private static final String RESOLVER = "2";

    private final Path dir;
    private final PackageIndex index;

    KeptLocks(Path dir, PackageIndex index) {
        this.dir = dir;
        this.index = index;
    }

    Lock get(Resolver.Question question) throws IOException, InterruptedException {
        Path kept = dir.resolve(key(question) + ".lock");
        if (Files.exists(kept)) {
            try (InputStream in = Files.newInputStream(kept)) {
                return Lock.read(in);
            }
        }
        Lock lock = Resolver.resolve(index, question);
        Files.createDirectories(dir);
        Path part = Files.createTempFile(dir, "part-", "");
        try {
            var bytes = new ByteArrayOutputStream();
            lock.write(bytes);
            Files.write(part, bytes.toByteArray());
            Files.move(part, kept, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(part);
        }
        return lock;
    }

    private String key(Resolver.Question question) throws IOException, InterruptedException {
        StringBuilder all = new StringBuilder(RESOLVER);
        all.append('\n').append(question.arch()).append('\n').append(question.essential());
        all.append('\n').append(question.packages());
        for (String suite : question.suites()) {
            all.append('\n').append(suite);
            index.digests(suite, question.arch())
                    .forEach(digest -> all.append(' ').append(digest.sha256()));
        }
        all.append('\n').append(new TreeSet<>(question.exclude()));
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(all.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
