package io.keelson.image.sign;

import io.keelson.host.DurableFile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * Replaces the update key in three steps, so that every host always trusts the key that signs.
 *
 * <pre>
 * prepare   a next key beside the current one; images trust both, the current one signs
 * activate  when every host runs such an image: the next key signs, images still trust both
 * retire    when every host runs an image that the new key signed: images trust it alone
 * </pre>
 *
 * No step overwrites or deletes a key; one that was interrupted is finished by doing it again.
 */
public final class KeyRotation {
    private static final String CURRENT = "update";
    private static final String NEXT = "update-next";
    private static final String PREVIOUS = "update-previous";
    private static final String KEY = ".key.pem";
    private static final String PUBLIC = ".pub.pem";
    private static final int NAME_DIGITS = 16;

    private KeyRotation() {}

    /** Makes the next key. */
    public static Path prepare(Path directory, SecureRandom random) throws IOException {
        requireCurrent(directory);
        requireNone(directory, PREVIOUS, "retire it with --retire first");
        for (String suffix : List.of(KEY, PUBLIC)) {
            Path file = directory.resolve(NEXT + suffix);
            if (Files.exists(file)) {
                throw new IOException(
                        file + " is there: a rotation has begun; go on with --activate");
            }
        }
        try {
            SigningKeys.generateUpdateKey(directory, NEXT, random);
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot make a key in " + directory + ": " + e.getMessage(), e);
        }
        return directory.resolve(NEXT + PUBLIC);
    }

    /** Lets the next key sign; the current one becomes the previous one. */
    public static void activate(Path directory) throws IOException {
        boolean interrupted =
                Files.exists(directory.resolve(PREVIOUS + PUBLIC))
                        && (Files.notExists(directory.resolve(CURRENT + KEY))
                                || Files.notExists(directory.resolve(CURRENT + PUBLIC)));
        if (!interrupted) {
            requireCurrent(directory);
            requireNone(directory, PREVIOUS, "retire it with --retire first");
            if (Files.notExists(directory.resolve(NEXT + KEY))
                    || Files.notExists(directory.resolve(NEXT + PUBLIC))) {
                throw new IOException(
                        "there is no next key in " + directory + ": make one with 'keys rotate'");
            }
        }
        move(directory, CURRENT + PUBLIC, PREVIOUS + PUBLIC);
        move(directory, CURRENT + KEY, PREVIOUS + KEY);
        move(directory, NEXT + KEY, CURRENT + KEY);
        move(directory, NEXT + PUBLIC, CURRENT + PUBLIC);
    }

    /** Puts the previous key away, into a directory named by its public half. */
    public static Path retire(Path directory) throws IOException {
        Path publicHalf = directory.resolve(PREVIOUS + PUBLIC);
        if (Files.notExists(publicHalf)) {
            throw new IOException(
                    "there is no previous key in " + directory + ": nothing is left to retire");
        }
        Path away =
                directory.resolve("retired").resolve(digest(publicHalf).substring(0, NAME_DIGITS));
        Files.createDirectories(away);
        if (Files.exists(directory.resolve(PREVIOUS + KEY))) {
            DurableFile.rename(directory.resolve(PREVIOUS + KEY), away.resolve(CURRENT + KEY));
        }
        DurableFile.rename(publicHalf, away.resolve(CURRENT + PUBLIC));
        return away;
    }

    /** The public keys that an image trusts, by name. */
    public static List<Path> trusted(Path directory) {
        return Stream.of(CURRENT, NEXT, PREVIOUS)
                .map(name -> directory.resolve(name + PUBLIC))
                .filter(Files::exists)
                .sorted()
                .toList();
    }

    private static void move(Path directory, String from, String to) throws IOException {
        if (Files.exists(directory.resolve(from)) && Files.notExists(directory.resolve(to))) {
            DurableFile.rename(directory.resolve(from), directory.resolve(to));
        }
    }

    private static void requireCurrent(Path directory) throws IOException {
        if (!SigningKeys.complete(directory)) {
            throw new IOException(
                    "the set of keys in "
                            + directory
                            + " is not complete; make one with 'keelson keys generate', or finish --activate");
        }
    }

    private static void requireNone(Path directory, String name, String remedy) throws IOException {
        if (Files.exists(directory.resolve(name + PUBLIC))) {
            throw new IOException(directory.resolve(name + PUBLIC) + " is there: " + remedy);
        }
    }

    private static String digest(Path file) throws IOException {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
