package io.keelson.image.archive;

import org.bouncycastle.bcpg.ArmoredInputStream;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureList;
import org.bouncycastle.openpgp.bc.BcPGPObjectFactory;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentVerifierBuilderProvider;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The cleartext signature framework (RFC 9580, section 7). The text is taken apart here and only
 * the bytes that the signature covers are handed out, so nothing around them can be mistaken for
 * signed text.
 */
final class ClearSignature {
    private static final String BEGIN = "-----BEGIN PGP SIGNED MESSAGE-----";
    private static final String SIGNATURE = "-----BEGIN PGP SIGNATURE-----";
    private static final int SIGNATURES_MAX = 16;
    private static final Set<Integer> HASHES =
            Set.of(HashAlgorithmTags.SHA256, HashAlgorithmTags.SHA384, HashAlgorithmTags.SHA512);

    private final ArchiveKeys keys;

    ClearSignature(ArchiveKeys keys) {
        this.keys = keys;
    }

    /**
     * The signed text of a message.
     *
     * @param what name of the message, for errors
     */
    String verified(byte[] message, String what) throws IOException {
        List<String> lines = new String(message, StandardCharsets.UTF_8).lines().toList();
        int end = lines.indexOf(SIGNATURE);
        int body = lines.indexOf("") + 1;
        if (lines.isEmpty() || !lines.getFirst().equals(BEGIN) || body == 0 || end < body) {
            throw new ArchiveException(what + " is not a clear-signed message");
        }
        List<String> text = new ArrayList<>();
        for (String line : lines.subList(body, end)) {
            if (line.startsWith("-") && !line.startsWith("- ")) {
                throw new ArchiveException(what + " has a line that is not dash-escaped");
            }
            text.add((line.startsWith("- ") ? line.substring(2) : line).stripTrailing());
        }
        byte[] signed = String.join("\r\n", text).getBytes(StandardCharsets.UTF_8);
        verify(signed, String.join("\n", lines.subList(end, lines.size())) + "\n", what);
        return String.join("\n", text) + "\n";
    }

    /** One good signature is enough: a suite is also signed by keys that come and go. */
    private void verify(byte[] signed, String armored, String what) throws IOException {
        List<String> unknown = new ArrayList<>();
        List<String> bad = new ArrayList<>();
        try {
            for (PGPSignature signature : signatures(armored, what)) {
                String id = "%016X".formatted(signature.getKeyID());
                var key = keys.find(signature.getKeyID());
                if (key.isEmpty()) {
                    unknown.add(id);
                } else if (isGood(signature, key.get(), signed)) {
                    return;
                } else {
                    bad.add(id);
                }
            }
        } catch (PGPException e) {
            throw new ArchiveException("the signature of " + what + " cannot be read", e);
        }
        if (!bad.isEmpty()) {
            throw new ArchiveException(
                    "the signature of %s by %s does not verify; the mirror serves a changed index, try another"
                            .formatted(what, bad));
        }
        throw new ArchiveException(
                "%s is signed by none of the archive keys, but by %s; install a newer debian-archive-keyring"
                        .formatted(what, unknown));
    }

    private static boolean isGood(PGPSignature signature, PGPPublicKey key, byte[] signed)
            throws PGPException {
        Instant made = signature.getCreationTime().toInstant();
        Instant keyMade = key.getCreationTime().toInstant();
        Duration lifetime = Duration.ofSeconds(key.getValidSeconds());
        boolean inTime =
                !made.isBefore(keyMade)
                        && (lifetime.isZero() || made.isBefore(keyMade.plus(lifetime)));
        if (signature.getSignatureType() != PGPSignature.CANONICAL_TEXT_DOCUMENT
                || !HASHES.contains(signature.getHashAlgorithm())
                || key.hasRevocation()
                || !inTime) {
            return false;
        }
        signature.init(new BcPGPContentVerifierBuilderProvider(), key);
        signature.update(signed);
        return signature.verify();
    }

    private static List<PGPSignature> signatures(String armored, String what) throws IOException {
        List<PGPSignature> all = new ArrayList<>();
        try (var in =
                new ArmoredInputStream(
                        new ByteArrayInputStream(armored.getBytes(StandardCharsets.UTF_8)))) {
            var factory = new BcPGPObjectFactory(in);
            for (Object next = factory.nextObject(); next != null; next = factory.nextObject()) {
                if (!(next instanceof PGPSignatureList list)) {
                    throw new ArchiveException(what + " has something else than signatures");
                }
                list.forEach(all::add);
            }
        }
        if (all.isEmpty() || all.size() > SIGNATURES_MAX) {
            throw new ArchiveException(what + " has " + all.size() + " signatures");
        }
        return all;
    }
}
