package io.keelson.disk.gpt;

import io.keelson.disk.boot.Architecture;

import java.util.UUID;

/** Partition type ids and attribute bits of the Discoverable Partitions Specification. */
public final class PartitionType {
    public static final UUID ESP = UUID.fromString("c12a7328-f81f-11d2-ba4b-00a0c93ec93b");
    public static final UUID XBOOTLDR = UUID.fromString("bc13c2ff-59e6-4262-a352-b275fd6f7172");
    public static final UUID GENERIC_DATA = UUID.fromString("0fc63daf-8483-4772-8e79-3d69d8477de4");

    public static final UUID ROOT_X86_64 = UUID.fromString("4f68bce3-e8cd-4db1-96e7-fbcaf984b709");
    public static final UUID USR_X86_64 = UUID.fromString("8484680c-9521-48c6-9c11-b0720656f69e");
    public static final UUID USR_VERITY_X86_64 =
            UUID.fromString("77ff5f63-e7b6-4633-acf4-1565b864c0e6");

    public static final UUID ROOT_ARM64 = UUID.fromString("b921b045-1df0-41c3-af44-4c6f280d3fae");
    public static final UUID USR_ARM64 = UUID.fromString("b0e01050-ee5f-4390-949a-9101b17104e9");
    public static final UUID USR_VERITY_ARM64 =
            UUID.fromString("6e11a4e7-fbca-4ded-b9e9-e1a512bb664e");

    /** Grow the file system to the partition when it is mounted. */
    public static final long GROW_FS = 1L << 59;

    public static final long READ_ONLY = 1L << 60;

    /** Never discovered or mounted automatically. */
    public static final long NO_AUTO = 1L << 63;

    private PartitionType() {}

    static UUID usr(Architecture architecture) {
        return switch (architecture) {
            case AMD64 -> USR_X86_64;
            case ARM64 -> USR_ARM64;
        };
    }

    static UUID usrVerity(Architecture architecture) {
        return switch (architecture) {
            case AMD64 -> USR_VERITY_X86_64;
            case ARM64 -> USR_VERITY_ARM64;
        };
    }
}
