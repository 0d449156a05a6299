package io.keelson.server.api;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** The secret that changes through the API must carry as {@code Authorization: Bearer ...}. */
public final class AdminToken {
    private static final int CHARACTERS_MIN = 16;

    private final byte[] expected;

    /** A token of at least 16 characters; white space around it is ignored. */
    public AdminToken(String text) {
        String token = text.strip();
        if (token.length() < CHARACTERS_MIN) {
            throw new IllegalArgumentException(
                    "the admin token is shorter than " + CHARACTERS_MIN + " characters");
        }
        expected = header(token);
    }

    boolean admits(String authorization) {
        return MessageDigest.isEqual(expected, authorization.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] header(String token) {
        return ("Bearer " + token).getBytes(StandardCharsets.UTF_8);
    }
}
