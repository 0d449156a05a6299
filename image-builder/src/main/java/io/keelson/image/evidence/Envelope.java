package io.keelson.image.evidence;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.RSAPublicKeySpec;
import java.util.Base64;
import java.util.HexFormat;

/**
 * A signed statement (secure-systems-lab/dsse, version 1.0.2): the signature covers type and
 * content. RSA PKCS#1 v1.5 over SHA-256, so the same statement and key give the same bytes.
 */
public final class Envelope {
    private static final String TYPE = "application/vnd.in-toto+json";
    private static final String ALGORITHM = "SHA256withRSA";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private Envelope() {}

    /** The envelope around a statement. */
    public static byte[] sign(byte[] statement, PrivateKey key) throws IOException {
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initSign(key);
            signature.update(authenticated(TYPE, statement));
            ObjectNode root = JSON.createObjectNode();
            root.put("payloadType", TYPE);
            root.put("payload", Base64.getEncoder().encodeToString(statement));
            root.putArray("signatures")
                    .addObject()
                    .put("keyid", keyId(publicHalf(key)))
                    .put("sig", Base64.getEncoder().encodeToString(signature.sign()));
            return (JSON.writeValueAsString(root) + "\n").getBytes(StandardCharsets.UTF_8);
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot sign the provenance: " + e.getMessage(), e);
        }
    }

    /**
     * The statement in an envelope that this key signed.
     *
     * @throws IOException when it did not, or there is no envelope
     */
    public static byte[] open(byte[] envelope, PublicKey key) throws IOException {
        try {
            JsonNode root = JSON.readTree(envelope);
            String type = root.required("payloadType").asString();
            byte[] statement = Base64.getDecoder().decode(root.required("payload").asString());
            for (JsonNode one : root.required("signatures")) {
                Signature signature = Signature.getInstance(ALGORITHM);
                signature.initVerify(key);
                signature.update(authenticated(type, statement));
                if (type.equals(TYPE)
                        && verified(
                                signature,
                                Base64.getDecoder().decode(one.required("sig").asString()))) {
                    return statement;
                }
            }
        } catch (JacksonException | IllegalArgumentException | GeneralSecurityException e) {
            throw new IOException("the signed provenance cannot be read: " + e.getMessage(), e);
        }
        throw new IOException("the provenance is not signed by the key with SHA-256 " + keyId(key));
    }

    /** A signature of another length than the key's is not malformed, it is another key's. */
    private static boolean verified(Signature signature, byte[] bytes) {
        try {
            return signature.verify(bytes);
        } catch (SignatureException e) {
            return false;
        }
    }

    /** DSSE's pre-authentication encoding. */
    private static byte[] authenticated(String type, byte[] body) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        String head = "DSSEv1 %d %s %d ".formatted(type.length(), type, body.length);
        out.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(body);
        return out.toByteArray();
    }

    private static PublicKey publicHalf(PrivateKey key) throws GeneralSecurityException {
        if (!(key instanceof RSAPrivateCrtKey rsa)) {
            throw new GeneralSecurityException("the update key is not a whole RSA key");
        }
        return KeyFactory.getInstance("RSA")
                .generatePublic(new RSAPublicKeySpec(rsa.getModulus(), rsa.getPublicExponent()));
    }

    private static String keyId(PublicKey key) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(key.getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
