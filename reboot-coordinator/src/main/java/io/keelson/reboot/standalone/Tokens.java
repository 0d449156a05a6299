package io.keelson.reboot.standalone;

import io.keelson.reboot.group.Names;
import io.keelson.reboot.serve.Caller;

import okio.ByteString;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Bearer tokens and whom they prove. One line each: {@code TOKEN node ID...} or {@code TOKEN
 * operator NAME}; empty lines and lines that begin with # are skipped.
 */
public final class Tokens {
    private static final int FILE_BYTES_MAX = 16 << 20;
    private static final int TOKEN_CHARS_MIN = 16;
    private static final String SCHEME = "Bearer ";

    // By digest, so that looking one up takes as long whatever of it is right.
    private final Map<ByteString, Caller> callers;

    private Tokens(Map<ByteString, Caller> callers) {
        this.callers = Map.copyOf(callers);
    }

    public static Tokens none() {
        return new Tokens(Map.of());
    }

    /** Reads a file; its messages never contain a token. */
    public static Tokens read(Path file) throws IOException {
        byte[] bytes;
        try (var in = Files.newInputStream(file)) {
            bytes = in.readNBytes(FILE_BYTES_MAX + 1);
        }
        if (bytes.length > FILE_BYTES_MAX) {
            throw new IOException(file + " is larger than " + FILE_BYTES_MAX + " bytes");
        }
        var callers = new HashMap<ByteString, Caller>();
        int number = 0;
        for (String line : new String(bytes, StandardCharsets.UTF_8).lines().toList()) {
            number++;
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            String[] words = line.strip().split("\\s+");
            if (words.length < 3 || words[0].length() < TOKEN_CHARS_MIN) {
                throw new IOException(
                        "%s line %d is not 'TOKEN node ID...' or 'TOKEN operator NAME' with a token of at least %d characters"
                                .formatted(file, number, TOKEN_CHARS_MIN));
            }
            List<String> names = List.of(words).subList(2, words.length);
            callers.put(digest(words[0]), caller(words[1], names, file, number));
        }
        return new Tokens(callers);
    }

    private static Caller caller(String kind, List<String> names, Path file, int number)
            throws IOException {
        try {
            names.forEach(name -> Names.require("name", name));
        } catch (IllegalArgumentException e) {
            throw new IOException("%s line %d: %s".formatted(file, number, e.getMessage()), e);
        }
        return switch (kind) {
            case "node" -> new Caller(false, Set.copyOf(names), Optional.empty());
            case "operator" -> new Caller(false, Set.of(), Optional.of(names.getFirst()));
            default ->
                    throw new IOException(
                            "%s line %d names neither a node nor an operator"
                                    .formatted(file, number));
        };
    }

    /** Whom an {@code Authorization} header proves, if anybody. */
    public Optional<Caller> find(String authorization) {
        return authorization.startsWith(SCHEME)
                ? Optional.ofNullable(
                        callers.get(digest(authorization.substring(SCHEME.length()).strip())))
                : Optional.empty();
    }

    private static ByteString digest(String token) {
        return ByteString.encodeUtf8(token).sha256();
    }
}
