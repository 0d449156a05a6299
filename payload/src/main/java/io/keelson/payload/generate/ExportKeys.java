package io.keelson.payload.generate;

import java.io.IOException;
import java.security.PrivateKey;
import java.security.interfaces.RSAPrivateKey;
import java.util.List;

/** The keys that readers of other systems' payloads can verify. */
final class ExportKeys {
    private static final int RSA_BITS = 2048;

    private ExportKeys() {}

    static void requireRsa2048(List<PrivateKey> keys) throws IOException {
        for (PrivateKey key : keys) {
            if (!(key instanceof RSAPrivateKey rsa) || rsa.getModulus().bitLength() != RSA_BITS) {
                throw new IOException(
                        "the profiles aosp and v1 are signed with RSA-2048, which this key is not:"
                                + " make one for them, for example with openssl genpkey");
            }
        }
    }
}
