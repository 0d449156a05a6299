package io.keelson.payload.downgrade;

import io.keelson.payload.TrustedKeys;
import io.keelson.payload.manifest.Sha256;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * A statement and the signatures over its text, in one file: the statement's lines, then a line
 * {@code signature: BASE64} for each.
 */
public final class SignedDowngrade {
    /** Room for the longest statement with some signatures of RSA-4096. */
    public static final int BYTES_MAX = 8 << 10;

    private static final String SIGNATURE = "signature: ";
    private static final int SIGNATURES_MAX = 4;

    private final DowngradeStatement statement;
    private final List<byte[]> signatures;

    private SignedDowngrade(DowngradeStatement statement, List<byte[]> signatures) {
        this.statement = statement;
        this.signatures = signatures;
    }

    /** A statement with signatures over its bytes. */
    public static SignedDowngrade of(DowngradeStatement statement, List<byte[]> signatures) {
        return new SignedDowngrade(statement, List.copyOf(signatures));
    }

    /**
     * Reads the file's text and believes nothing of it yet.
     *
     * @throws IllegalArgumentException when it is not one
     */
    public static SignedDowngrade parse(String text) {
        if (text.length() > BYTES_MAX) {
            throw new IllegalArgumentException("it has more than " + BYTES_MAX + " bytes");
        }
        int end = text.indexOf(SIGNATURE);
        if (end < 0 || !text.endsWith("\n")) {
            throw new IllegalArgumentException("it is not signed");
        }
        List<byte[]> signatures = new ArrayList<>();
        for (String line : text.substring(end, text.length() - 1).split("\n", -1)) {
            if (!line.startsWith(SIGNATURE) || signatures.size() == SIGNATURES_MAX) {
                throw new IllegalArgumentException(
                        "it does not end in one to " + SIGNATURES_MAX + " signatures");
            }
            signatures.add(Base64.getDecoder().decode(line.substring(SIGNATURE.length())));
        }
        return new SignedDowngrade(DowngradeStatement.parse(text.substring(0, end)), signatures);
    }

    /** {@link #parse} of what {@link #packed} made. */
    public static SignedDowngrade unpack(String packed) {
        return parse(new String(Base64.getDecoder().decode(packed), StandardCharsets.UTF_8));
    }

    /** What is said, whether or not it is true. */
    public DowngradeStatement statement() {
        return statement;
    }

    /** Whether enough of the trusted keys have signed it. */
    public boolean isSignedBy(TrustedKeys keys) {
        return keys.trust(Sha256.digest(statement.bytes()), signatures);
    }

    /** The file. */
    public String text() {
        var text = new StringBuilder(statement.text());
        for (byte[] signature : signatures) {
            text.append(SIGNATURE)
                    .append(Base64.getEncoder().encodeToString(signature))
                    .append('\n');
        }
        return text.toString();
    }

    /** The file as one word, for an attribute. */
    public String packed() {
        return Base64.getEncoder().encodeToString(text().getBytes(StandardCharsets.UTF_8));
    }
}
