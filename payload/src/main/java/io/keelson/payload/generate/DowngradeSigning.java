package io.keelson.payload.generate;

import io.keelson.payload.downgrade.DowngradeStatement;
import io.keelson.payload.downgrade.SignedDowngrade;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.ArrayList;
import java.util.List;

/** Signs statements with the keys that sign payloads. */
public final class DowngradeSigning {
    private DowngradeSigning() {}

    public static SignedDowngrade sign(DowngradeStatement statement, List<PrivateKey> keys)
            throws IOException {
        List<byte[]> signatures = new ArrayList<>();
        for (PrivateKey key : keys) {
            signatures.add(sign(key, statement.bytes()));
        }
        return SignedDowngrade.of(statement, signatures);
    }

    private static byte[] sign(PrivateKey key, byte[] bytes) throws IOException {
        try {
            Signature signature = Signature.getInstance(SigningKeys.algorithm(key));
            signature.initSign(key);
            signature.update(bytes);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IOException("the signing key cannot be used: " + e.getMessage(), e);
        }
    }
}
