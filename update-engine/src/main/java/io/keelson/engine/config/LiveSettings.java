package io.keelson.engine.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The settings as they are in force, and the files they come from. Changes are found by content:
 * editors and provisioners replace files in ways that times and inode numbers do not tell.
 */
public final class LiveSettings {
    private static final int FILE_BYTES_MAX = 1 << 20;

    private final List<Path> files;
    private final AnnouncedKeys announced;
    private final UnaryOperator<Path> places;
    private UpdateConfig current;
    private List<Path> named;
    private String seen;
    private volatile Optional<String> problem = Optional.empty();

    private LiveSettings(
            List<Path> files,
            AnnouncedKeys announced,
            UnaryOperator<Path> places,
            UpdateConfig current) {
        this.files = List.copyOf(files);
        this.announced = announced;
        this.places = places;
        this.current = current;
        this.named = current.namedFiles(places);
        this.seen = digest();
    }

    /**
     * Reads the files, lowest first; at the start there is nothing to fall back to.
     *
     * @param places where a file that the settings name is
     */
    public static LiveSettings load(
            List<Path> files, AnnouncedKeys announced, UnaryOperator<Path> places)
            throws IOException {
        return new LiveSettings(files, announced, places, UpdateConfig.load(files, announced));
    }

    public synchronized UpdateConfig current() {
        return current;
    }

    /** Why what the files say now is not in force. */
    public Optional<String> problem() {
        return problem;
    }

    /** Makes something of settings that are about to come into force; fails if they cannot. */
    @FunctionalInterface
    public interface Trial<T> {
        T of(UpdateConfig config) throws IOException;
    }

    /**
     * Looks at the files again; empty while they are as they were, or make no sense. Such files are
     * not looked at twice: the settings before stay in force until somebody changes them again, or
     * a file that they name.
     */
    public synchronized <T> Optional<T> changed(Trial<T> trial) {
        String found = digest();
        if (found.equals(seen)) {
            return Optional.empty();
        }
        seen = found;
        try {
            UpdateConfig config = UpdateConfig.load(files, announced);
            named = config.namedFiles(places);
            seen = digest();
            T made = trial.of(config);
            current = config;
            problem = Optional.empty();
            return Optional.of(made);
        } catch (IOException e) {
            return failed(String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            // A mistake of ours, which must not keep the corrected file from being read.
            return failed("unexpected " + e);
        }
    }

    private <T> Optional<T> failed(String reason) {
        problem = Optional.of("settings unchanged, because the new ones fail: " + reason);
        return Optional.empty();
    }

    /** Of the settings' files and of those they name, such as certificates that are renewed. */
    private String digest() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Path file : files) {
                update(digest, file);
            }
            for (Path file : named) {
                update(digest, file);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static void update(MessageDigest digest, Path file) {
        digest.update((byte) 0);
        try (var in = Files.newInputStream(file)) {
            digest.update(in.readNBytes(FILE_BYTES_MAX));
        } catch (IOException e) {
            digest.update(String.valueOf(e).getBytes(StandardCharsets.UTF_8));
        }
    }
}
