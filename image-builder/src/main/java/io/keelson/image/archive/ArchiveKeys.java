package io.keelson.image.archive;

import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPPublicKeyRing;
import org.bouncycastle.openpgp.PGPPublicKeyRingCollection;
import org.bouncycastle.openpgp.PGPUtil;
import org.bouncycastle.openpgp.operator.bc.BcKeyFingerprintCalculator;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The OpenPGP keys that may sign an archive's index. */
public final class ArchiveKeys {
    private static final int KEYRING_BYTES_MAX = 4 << 20;

    private final Map<Long, PGPPublicKey> keys = new HashMap<>();

    private ArchiveKeys() {}

    /** The keys of all given keyring files, binary or armoured. */
    public static ArchiveKeys of(List<Path> keyrings) throws IOException {
        ArchiveKeys all = new ArchiveKeys();
        for (Path keyring : keyrings) {
            all.add(keyring);
        }
        if (all.keys.isEmpty()) {
            throw new ArchiveException("no OpenPGP key is in the keyrings " + keyrings);
        }
        return all;
    }

    /**
     * The keyrings of the Debian archive that are installed in a directory, usually {@code
     * /usr/share/keyrings}; keys that Debian has retired are left out.
     */
    public static List<Path> debian(Path dir) throws IOException {
        List<Path> keyrings = List.of();
        if (Files.isDirectory(dir)) {
            try (Stream<Path> files = Files.list(dir)) {
                keyrings = files.filter(ArchiveKeys::isDebian).sorted().toList();
            }
        }
        if (keyrings.isEmpty()) {
            throw new ArchiveException(
                    "no debian-archive-*.gpg is in "
                            + dir
                            + "; install the package debian-archive-keyring");
        }
        return keyrings;
    }

    Optional<PGPPublicKey> find(long keyId) {
        return Optional.ofNullable(keys.get(keyId));
    }

    private static boolean isDebian(Path file) {
        String name = file.getFileName() + "";
        return name.matches("debian-archive-.*\\.(gpg|pgp|asc)") && !name.contains("removed");
    }

    private void add(Path keyring) throws IOException {
        if (Files.size(keyring) > KEYRING_BYTES_MAX) {
            throw new ArchiveException(keyring + " is too large for a keyring");
        }
        try (InputStream in = new BufferedInputStream(Files.newInputStream(keyring))) {
            var rings =
                    new PGPPublicKeyRingCollection(
                            PGPUtil.getDecoderStream(in), new BcKeyFingerprintCalculator());
            for (PGPPublicKeyRing ring : rings) {
                for (PGPPublicKey key : ring) {
                    keys.put(key.getKeyID(), key);
                }
            }
        } catch (PGPException e) {
            throw new ArchiveException(keyring + " is not an OpenPGP keyring", e);
        }
    }
}
