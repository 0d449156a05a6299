package io.keelson.payload.generate;

import io.keelson.disk.boot.ReleaseVersion;
import io.keelson.disk.gpt.RootHash;

import java.nio.file.Path;
import java.util.HexFormat;

/**
 * What goes into a payload.
 *
 * @param usrImage whole blocks of 4096 bytes
 * @param rootHash dm-verity root hash of the usr image with this salt
 * @param saltHex hexadecimal, may be empty
 * @param level zstd compression level, {@value #LEVEL_MIN} to {@value #LEVEL_MAX}
 */
public record PayloadSpec(
        ReleaseVersion version,
        Path usrImage,
        RootHash rootHash,
        String saltHex,
        Path uki,
        int level) {
    static final int LEVEL_MIN = 1;
    static final int LEVEL_MAX = 22;

    public PayloadSpec {
        if (level < LEVEL_MIN || level > LEVEL_MAX) {
            throw new IllegalArgumentException(
                    "compression level " + level + "; 1 to 22 are accepted");
        }
        HexFormat.of().parseHex(saltHex);
    }

    public PayloadSpec(
            ReleaseVersion version,
            Path usrImage,
            RootHash rootHash,
            byte[] salt,
            Path uki,
            int level) {
        this(version, usrImage, rootHash, HexFormat.of().formatHex(salt), uki, level);
    }
}
