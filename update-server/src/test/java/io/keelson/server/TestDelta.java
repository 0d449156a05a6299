package io.keelson.server;

import io.keelson.disk.gpt.RootHash;
import io.keelson.payload.manifest.Extent;
import io.keelson.payload.manifest.InstallOperation;
import io.keelson.payload.manifest.ManifestFormatter;
import io.keelson.payload.manifest.OperationType;
import io.keelson.payload.manifest.PartitionUpdate;
import io.keelson.payload.manifest.PayloadHeader;
import io.keelson.payload.manifest.PayloadManifest;
import io.keelson.payload.manifest.PayloadSignature;
import io.keelson.payload.manifest.Sha256;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.util.List;
import java.util.Optional;

/**
 * A payload that says it builds on a release; what a server looks at, and nothing a host could use.
 *
 * @param type how its one operation is packed, which decides what a host must be able to do
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record TestDelta(String version, RootHash rootHash, byte[] source, OperationType type) {
    private static final int BLOCK = 4096;
    private static final int RSA_2048_BYTES = 256;
    private static final int MINOR_VERSION = 9;

    static TestDelta between(String from, String to) {
        return new TestDelta(
                to, ServerFixture.rootHash(to), ServerFixture.usr(from), OperationType.REPLACE);
    }

    TestDelta leadingTo(RootHash other) {
        return new TestDelta(version, other, source, type);
    }

    TestDelta from(byte[] other) {
        return new TestDelta(version, rootHash, other, type);
    }

    TestDelta by(OperationType other) {
        return new TestDelta(version, rootHash, source, other);
    }

    byte[] signed(KeyPair key) throws IOException, GeneralSecurityException {
        byte[] data = new byte[2 * 100];
        int message = message(new byte[RSA_2048_BYTES]).length;
        var manifest =
                new PayloadManifest(
                        BLOCK,
                        Optional.of(new PayloadManifest.SignaturesLocation(data.length, message)),
                        MINOR_VERSION,
                        false,
                        List.of(usr(), uki()));
        byte[] manifestBytes = ManifestFormatter.format(manifest);
        byte[] header = new PayloadHeader(manifestBytes.length, message).toByteArray();
        var payload = new ByteArrayOutputStream();
        payload.write(header);
        payload.write(manifestBytes);
        payload.write(message(sign(key, header, manifestBytes)));
        payload.write(data);
        payload.write(message(sign(key, header, manifestBytes, data)));
        return payload.toByteArray();
    }

    private PartitionUpdate usr() {
        var from =
                new PartitionUpdate.Content(
                        source.length, Optional.of(Sha256.of(Sha256.digest(source))));
        return new PartitionUpdate(
                "usr",
                Optional.of(from),
                new PartitionUpdate.Content(
                        BLOCK, Optional.of(Sha256.of(Sha256.digest(new byte[BLOCK])))),
                version,
                Optional.of(new PartitionUpdate.Verity("sha256", "00", Optional.of(rootHash))),
                List.of(operation(type, 0)));
    }

    private PartitionUpdate uki() {
        return new PartitionUpdate(
                "uki",
                BLOCK,
                Optional.of(Sha256.of(Sha256.digest(new byte[BLOCK]))),
                version,
                Optional.empty(),
                List.of(operation(OperationType.REPLACE, 100)));
    }

    private static InstallOperation operation(OperationType type, long offset) {
        var extents = List.of(new Extent(0, 1));
        var hash = Optional.of(Sha256.of(Sha256.digest(new byte[100])));
        return new InstallOperation(
                type,
                new InstallOperation.Data(offset, 100, hash),
                type.hasSource()
                        ? new InstallOperation.Source(extents, hash)
                        : InstallOperation.Source.NONE,
                extents,
                List.of());
    }

    private static byte[] message(byte[] signature) {
        return PayloadSignature.format(List.of(signature), List.of(RSA_2048_BYTES));
    }

    private static byte[] sign(KeyPair key, byte[]... parts) throws GeneralSecurityException {
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(key.getPrivate());
        for (byte[] part : parts) {
            signature.update(part);
        }
        return signature.sign();
    }
}
