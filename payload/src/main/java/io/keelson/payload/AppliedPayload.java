package io.keelson.payload;

import io.keelson.disk.boot.ReleaseVersion;
import io.keelson.disk.gpt.RootHash;
import io.keelson.disk.verity.VerityTree;

import java.util.List;

/**
 * A payload that was written in full and verified in every way.
 *
 * @param tree the dm-verity tree of the usr partition, computed from the bytes as written
 * @param signers fingerprints of the keys whose payload signatures hold
 */
public record AppliedPayload(
        ReleaseVersion version, RootHash rootHash, VerityTree tree, List<String> signers) {
    public AppliedPayload {
        signers = List.copyOf(signers);
    }
}
