package io.keelson.payload.fuzz;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.RSAPublicKeySpec;
import java.util.HexFormat;

/**
 * An RSA-2048 key that signs in microseconds, so that every fuzzed payload can carry signatures the
 * product's own verifier accepts.
 *
 * <p>Its modulus is the product of 64 primes of 32 bits and its exponent is 3: a signature is 64
 * cube roots modulo small primes and one recombination (Chinese remainder theorem). Anyone could
 * factor it, which is no loss for a key that only fuzzing trusts; verification cannot tell.
 */
final class FuzzKey {
    static final int SIGNATURE_BYTES = 256;
    private static final int PRIMES = 64;
    private static final int WORDS = SIGNATURE_BYTES / Integer.BYTES;
    private static final long WORD = 0xFFFF_FFFFL;

    /** DigestInfo of SHA-256 up to the digest itself, RFC 8017 section 9.2, note 1. */
    private static final String DIGEST_INFO = "3031300d060960864801650304020105000420";

    private final long[] primes = new long[PRIMES];
    private final long[] paddingResidues = new long[PRIMES];
    private final long[] inverses = new long[PRIMES];
    private final int[][] cofactors = new int[PRIMES][];
    private final BigInteger modulus;

    FuzzKey() {
        BigInteger product = BigInteger.ONE;
        BigInteger candidate = BigInteger.ONE.shiftLeft(32).subtract(BigInteger.ONE);
        for (int i = 0; i < PRIMES; candidate = candidate.subtract(BigInteger.TWO)) {
            // Three must not divide p - 1, or there is no cube root for every residue.
            if (candidate.mod(BigInteger.valueOf(3)).intValue() == 2
                    && candidate.isProbablePrime(60)) {
                primes[i] = candidate.longValueExact();
                product = product.multiply(candidate);
                i++;
            }
        }
        modulus = product;
        BigInteger padding = padding();
        for (int i = 0; i < PRIMES; i++) {
            BigInteger prime = BigInteger.valueOf(primes[i]);
            BigInteger cofactor = modulus.divide(prime);
            paddingResidues[i] = padding.mod(prime).longValueExact();
            inverses[i] = cofactor.modInverse(prime).longValueExact();
            cofactors[i] = littleEndianWords(cofactor);
        }
    }

    PublicKey publicKey() {
        try {
            return KeyFactory.getInstance("RSA")
                    .generatePublic(new RSAPublicKeySpec(modulus, BigInteger.valueOf(3)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The RSASSA-PKCS1-v1_5 signature of what has this SHA-256 digest. */
    byte[] sign(byte[] sha256) {
        // 64 summands below the modulus need one word more than the modulus has.
        int[] sum = new int[WORDS + 1];
        for (int i = 0; i < PRIMES; i++) {
            long prime = primes[i];
            long digest = 0;
            for (int at = 0; at < sha256.length; at += Integer.BYTES) {
                digest = Long.remainderUnsigned(digest << 32 | word(sha256, at), prime);
            }
            long message = (digest + paddingResidues[i]) % prime;
            long root = power(message, (2 * prime - 1) / 3, prime);
            addMultiple(sum, cofactors[i], Long.remainderUnsigned(root * inverses[i], prime));
        }
        byte[] bigEndian = new byte[sum.length * Integer.BYTES];
        for (int i = 0; i < sum.length; i++) {
            for (int b = 0; b < Integer.BYTES; b++) {
                bigEndian[bigEndian.length - 1 - i * Integer.BYTES - b] =
                        (byte) (sum[i] >>> (b * Byte.SIZE));
            }
        }
        byte[] value = new BigInteger(1, bigEndian).mod(modulus).toByteArray();
        byte[] signature = new byte[SIGNATURE_BYTES];
        int bytes = Math.min(value.length, SIGNATURE_BYTES);
        System.arraycopy(value, value.length - bytes, signature, SIGNATURE_BYTES - bytes, bytes);
        return signature;
    }

    /** The padded message with a digest of zeros. */
    private static BigInteger padding() {
        int filler = SIGNATURE_BYTES - 3 - DIGEST_INFO.length() / 2 - 32;
        String hex = "0001" + "ff".repeat(filler) + "00" + DIGEST_INFO + "00".repeat(32);
        return new BigInteger(1, HexFormat.of().parseHex(hex));
    }

    private static long power(long base, long exponent, long prime) {
        long result = 1;
        long square = base;
        for (long rest = exponent; rest != 0; rest >>>= 1) {
            if ((rest & 1) != 0) {
                result = Long.remainderUnsigned(result * square, prime);
            }
            square = Long.remainderUnsigned(square * square, prime);
        }
        return result;
    }

    private static void addMultiple(int[] sum, int[] words, long factor) {
        long carry = 0;
        for (int i = 0; i < sum.length; i++) {
            long word = i < words.length ? words[i] & WORD : 0;
            // At most (2^32 - 1)^2 + 2 (2^32 - 1), which is 2^64 - 1.
            long value = word * factor + (sum[i] & WORD) + carry;
            sum[i] = (int) value;
            carry = value >>> 32;
        }
    }

    private static long word(byte[] bytes, int at) {
        return (bytes[at] & 0xFFL) << 24
                | (bytes[at + 1] & 0xFF) << 16
                | (bytes[at + 2] & 0xFF) << 8
                | (bytes[at + 3] & 0xFF);
    }

    private static int[] littleEndianWords(BigInteger value) {
        int[] words = new int[WORDS];
        BigInteger rest = value;
        for (int i = 0; i < WORDS; i++) {
            words[i] = rest.intValue();
            rest = rest.shiftRight(32);
        }
        return words;
    }
}
