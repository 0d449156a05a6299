package io.keelson.payload;

import io.keelson.payload.manifest.PayloadSignature;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;

/**
 * The public keys a payload must be signed with, and how many different ones at least.
 *
 * <p>There is no empty set: whoever has no key refuses every payload instead of not verifying.
 */
public record TrustedKeys(List<PublicKey> keys, int threshold) {
    static final int KEYS_MAX = 32;
    private static final int KEY_FILE_BYTES_MAX = 16 << 10;

    public TrustedKeys {
        keys = List.copyOf(keys);
        if (keys.isEmpty() || keys.size() > KEYS_MAX) {
            throw new IllegalArgumentException(
                    keys.size() + " trusted keys; 1 to " + KEYS_MAX + " are accepted");
        }
        if (threshold < 1 || threshold > keys.size()) {
            throw new IllegalArgumentException(
                    "a threshold of " + threshold + " with " + keys.size() + " trusted keys");
        }
        keys.forEach(SignatureKey::requireAccepted);
        if (new HashSet<>(keys.stream().map(SignatureKey::fingerprint).toList()).size()
                != keys.size()) {
            throw new IllegalArgumentException("a trusted key is listed twice");
        }
    }

    /** Any one of the keys in the directory's {@code *.pem} files suffices. */
    public static TrustedKeys load(Path directory) throws PayloadException {
        return load(directory, 1);
    }

    /** The keys in the directory's {@code *.pem} files (SubjectPublicKeyInfo, one per file). */
    public static TrustedKeys load(Path directory, int threshold) throws PayloadException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, "*.pem")) {
            entries.forEach(files::add);
        } catch (IOException e) {
            throw unusable("the update keys in " + directory + " cannot be listed", e);
        }
        Collections.sort(files);
        if (files.isEmpty()) {
            throw new PayloadException(
                    PayloadError.PAYLOAD_PUBLIC_KEY_VERIFICATION,
                    "there is no update key in " + directory + ", so no payload can be trusted");
        }
        return ofFiles(files, threshold);
    }

    /** The keys in these PEM files. */
    public static TrustedKeys ofFiles(List<Path> files, int threshold) throws PayloadException {
        List<PublicKey> keys = new ArrayList<>();
        for (Path file : files) {
            keys.add(read(file));
        }
        try {
            return new TrustedKeys(keys, threshold);
        } catch (IllegalArgumentException e) {
            throw unusable("the update keys " + files + " cannot be used", e);
        }
    }

    /** Lower-case hexadecimal SHA-256 of every key's SubjectPublicKeyInfo. */
    public List<String> fingerprints() {
        return keys.stream().map(SignatureKey::fingerprint).toList();
    }

    /**
     * The fingerprints of the keys that made one of the signatures; every key counts once.
     *
     * @param sha256 digest of the signed bytes
     */
    List<String> signers(byte[] sha256, List<PayloadSignature> signatures) {
        List<String> signers = new ArrayList<>();
        for (PublicKey key : keys) {
            if (signatures.stream()
                    .anyMatch(one -> SignatureKey.verifies(key, sha256, one.bytes()))) {
                signers.add(SignatureKey.fingerprint(key));
            }
        }
        return signers;
    }

    /**
     * Whether as many different keys as there must be have made one of the signatures.
     *
     * @param sha256 digest of the signed bytes
     */
    public boolean trust(byte[] sha256, List<byte[]> signatures) {
        long signers =
                keys.stream()
                        .filter(key ->
                                signatures.stream()
                                        .anyMatch(one -> SignatureKey.verifies(key, sha256, one)))
                        .count();
        return signers >= threshold;
    }

    private static PublicKey read(Path file) throws PayloadException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(KEY_FILE_BYTES_MAX + 1);
            if (bytes.length > KEY_FILE_BYTES_MAX) {
                throw new IllegalArgumentException(
                        "it is larger than " + KEY_FILE_BYTES_MAX + " bytes");
            }
            return SignatureKey.fromPem(new String(bytes, StandardCharsets.US_ASCII));
        } catch (IOException | IllegalArgumentException e) {
            throw unusable("the update key " + file + " cannot be used", e);
        }
    }

    private static PayloadException unusable(String what, Exception cause) {
        return new PayloadException(
                PayloadError.PAYLOAD_PUBLIC_KEY_VERIFICATION,
                what + ": " + cause.getMessage(),
                cause);
    }
}
