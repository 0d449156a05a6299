package io.keelson.image;

import io.keelson.disk.gpt.DiskLayout;
import io.keelson.image.recipe.Recipe;
import io.keelson.image.recipe.TreeChanges;
import io.keelson.image.sign.KeyRotation;
import io.keelson.image.tree.Content;
import io.keelson.payload.generate.PayloadWriter;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The hash of everything a build depends on: equal stamps, equal results. */
final class BuildStamp {
    private final MessageDigest digest;

    private BuildStamp() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** The stamp of a request in hexadecimal. */
    static String of(BuildRequest request, Recipe recipe, byte[] lock) throws IOException {
        BuildStamp stamp = new BuildStamp();
        stamp.builder();
        stamp.text("version " + request.version().text());
        stamp.text("payload " + request.options().payload());
        stamp.bytes(lock);
        stamp.recipe(recipe);
        Path keys = request.keys().directory();
        for (String name : List.of("db.key", "db.crt", "PK.auth", "KEK.auth", "db.auth")) {
            stamp.tree(keys.resolve(name));
        }
        for (Path trusted : KeyRotation.trusted(keys)) {
            stamp.text(trusted.getFileName().toString());
            stamp.tree(trusted);
        }
        if (request.options().payload()) {
            stamp.tree(request.keys().updateKeyFile());
        }
        for (Path path : request.host().jars()) {
            stamp.tree(path);
        }
        for (Path path : request.host().dists()) {
            stamp.tree(path);
        }
        if (!request.host().jars().isEmpty()) {
            stamp.tree(request.host().javaHome().resolve("release"));
        }
        return HexFormat.of().formatHex(stamp.digest.digest());
    }

    /** Our own code is an input too. */
    private void builder() throws IOException {
        for (Class<?> type : List.of(BuildStamp.class, DiskLayout.class, PayloadWriter.class)) {
            try {
                tree(Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()));
            } catch (URISyntaxException e) {
                throw new IOException("cannot find the code of " + type.getName(), e);
            }
        }
    }

    /** Not the file: a recipe has others that it extends. */
    private void recipe(Recipe recipe) throws IOException {
        TreeChanges changes = recipe.tree();
        text(recipe.identity().toString());
        text(recipe.output().toString());
        text(recipe.modules().toString());
        text(recipe.selection().packages() + " " + recipe.selection().kernel());
        text(recipe.selection().essential() + " " + recipe.selection().sourceNames());
        text(new TreeSet<>(recipe.selection().exclude()).toString());
        text(new TreeMap<>(recipe.selection().scriptWaivers()).toString());
        text(changes.remove() + " " + changes.units() + " " + new TreeMap<>(changes.ids()));
        text(new TreeMap<>(changes.capabilities()).toString());
        text(changes.additions().symlinks().toString());
        for (TreeChanges.AddedFile file : changes.additions().files()) {
            text(file.path() + " " + file.mode());
            content(file.content());
        }
        for (TreeChanges.AddedTree added : changes.additions().trees()) {
            text(added.path());
            tree(added.source());
        }
    }

    private void text(String text) {
        bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    /** With its length, so that no two lists of inputs read the same. */
    private void bytes(byte[] bytes) {
        digest.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
        digest.update(bytes);
    }

    private void content(Content content) throws IOException {
        text(Long.toString(content.size()));
        try (InputStream in = content.open()) {
            drain(in);
        }
    }

    /** A file, or a directory with all that is in it. */
    private void tree(Path path) throws IOException {
        try (Stream<Path> files = Files.walk(path)) {
            for (Path file : files.sorted().toList()) {
                text(path.relativize(file).toString());
                if (Files.isSymbolicLink(file)) {
                    text(Files.readSymbolicLink(file).toString());
                } else if (Files.isRegularFile(file)) {
                    text(Files.size(file) + " " + Files.isExecutable(file));
                    try (InputStream in = Files.newInputStream(file)) {
                        drain(in);
                    }
                }
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private void drain(InputStream in) throws IOException {
        in.transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
    }
}
