package io.keelson.payload.fuzz;

import static io.keelson.payload.fuzz.Pieces.BLOCK;

import io.keelson.disk.verity.VerityDefaults;
import io.keelson.disk.verity.VerityTree;
import io.keelson.payload.fuzz.Pieces.Piece;
import io.keelson.payload.manifest.Sha256;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** A valid release of a few blocks: the manifest's tree, with every operation's data attached. */
final class BasePayload {
    static final int PARTITIONS = 13;
    static final int OPERATIONS = 8;
    static final int SOURCE_EXTENTS = 4;
    static final int DESTINATION_EXTENTS = 6;
    static final int HISTORY_EXTENTS = 1000;
    private static final int PIECES_MAX = 4;

    private BasePayload() {}

    /** One put together from some of the pieces; the same seed makes the same. */
    static WireNode of(List<Piece> pieces, int minorVersion, long seed) {
        Random random = new Random(seed);
        return of(
                chosen(pieces, 1 + random.nextInt(PIECES_MAX), random),
                chosen(pieces, 1 + random.nextInt(2), random),
                minorVersion,
                random.nextInt(2) * 100);
    }

    /** One of which usr has all the pieces. */
    static WireNode ofAll(List<Piece> pieces, int minorVersion) {
        return of(pieces, pieces.subList(0, 2), minorVersion, 100);
    }

    private static List<Piece> chosen(List<Piece> pieces, int count, Random random) {
        List<Piece> chosen = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            chosen.add(pieces.get(random.nextInt(pieces.size())));
        }
        return chosen;
    }

    private static WireNode of(
            List<Piece> usr, List<Piece> uki, int minorVersion, int missingInLastBlock) {
        WireNode manifest = WireNode.message(0, WireNode.count(3, BLOCK));
        manifest.add(WireNode.count(4, 0)).add(WireNode.count(5, 0));
        manifest.add(WireNode.count(12, minorVersion));
        manifest.add(partition("usr", usr, 0));
        manifest.add(partition("uki", uki, missingInLastBlock));
        return manifest;
    }

    private static WireNode partition(String name, List<Piece> pieces, int missingInLastBlock) {
        boolean usr = name.equals("usr");
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        WireNode info = WireNode.message(7);
        WireNode partition = WireNode.message(PARTITIONS, text(1, name), info);
        if (pieces.stream().anyMatch(piece -> !piece.source.isEmpty())) {
            partition.add(WireNode.message(6, WireNode.count(1, Pieces.OLD_USR.length)));
        }
        for (Piece piece : pieces) {
            partition.add(operation(piece, content.toByteArray()));
            content.writeBytes(piece.output);
        }
        byte[] bytes = Arrays.copyOf(content.toByteArray(), content.size() - missingInLastBlock);
        info.add(WireNode.count(1, bytes.length)).add(WireNode.bytes(2, Sha256.digest(bytes)));
        if (usr) {
            partition.add(text(12, "sha256"));
            partition.add(WireNode.bytes(13, VerityDefaults.salt()));
        }
        partition.add(text(17, "1.2.0"));
        if (usr) {
            partition.add(WireNode.bytes(1001, rootHash(bytes)));
        }
        return partition;
    }

    private static WireNode text(int field, String text) {
        return WireNode.bytes(field, text.getBytes(StandardCharsets.US_ASCII));
    }

    private static WireNode operation(Piece piece, byte[] before) {
        long block = before.length / BLOCK;
        if (piece.type == Pieces.HISTORY) {
            return looking(piece, before);
        }
        WireNode operation = WireNode.message(OPERATIONS, WireNode.count(1, piece.type));
        if (piece.data != null) {
            operation.add(WireNode.count(2, 0)).add(WireNode.count(3, 0));
        }
        for (long[] extent : piece.source) {
            operation.add(extent(SOURCE_EXTENTS, extent[0], extent[1]));
        }
        operation.add(extent(DESTINATION_EXTENTS, block, piece.blocks()));
        if (piece.data != null) {
            operation.add(WireNode.bytes(8, new byte[Sha256.BYTES]));
            operation.blob = piece.data;
        }
        if (!piece.source.isEmpty()) {
            operation.add(WireNode.bytes(9, sourceHash(operation, Pieces.OLD_USR)));
        }
        return operation;
    }

    /** Back at the last block that was written, and at the first ones. */
    private static WireNode looking(Piece piece, byte[] before) {
        int blocks = before.length / BLOCK;
        if (blocks == 0) {
            WireNode plain = WireNode.message(OPERATIONS, WireNode.count(1, 0));
            plain.blob = piece.output;
            return plain.add(extent(DESTINATION_EXTENTS, 0, piece.blocks()))
                    .add(WireNode.bytes(8, new byte[Sha256.BYTES]));
        }
        WireNode operation = WireNode.message(OPERATIONS, WireNode.count(1, piece.type));
        operation.add(extent(DESTINATION_EXTENTS, blocks, piece.blocks()));
        operation.add(WireNode.bytes(8, new byte[Sha256.BYTES]));
        operation.add(extent(HISTORY_EXTENTS, blocks - 1, 1));
        byte[] history = Arrays.copyOfRange(before, before.length - BLOCK, before.length);
        if (blocks > 2) {
            operation.add(extent(HISTORY_EXTENTS, 0, blocks - 1));
            history = Arrays.copyOf(history, before.length);
            System.arraycopy(before, 0, history, BLOCK, before.length - BLOCK);
        }
        operation.blob = Pieces.withHistory(piece, history);
        return operation;
    }

    static WireNode extent(int field, long start, long blocks) {
        return WireNode.message(field, WireNode.count(1, start), WireNode.count(2, blocks));
    }

    /** Of the blocks the operation's source extents name, as far as they exist. */
    static byte[] sourceHash(WireNode operation, byte[] old) {
        ByteArrayOutputStream source = new ByteArrayOutputStream();
        for (WireNode extent : operation.children(SOURCE_EXTENTS)) {
            if (!extent.isMessage() || extent.child(1) == null || extent.child(2) == null) {
                continue;
            }
            long start = extent.child(1).value;
            long blocks = extent.child(2).value;
            if (start >= 0 && start < 64 && blocks > 0 && blocks <= old.length / BLOCK - start) {
                source.write(old, (int) start * BLOCK, (int) blocks * BLOCK);
            }
        }
        return Sha256.digest(source.toByteArray());
    }

    private static byte[] rootHash(byte[] usr) {
        VerityTree.Builder tree =
                VerityTree.builder(
                        usr.length / BLOCK, VerityDefaults.salt(), VerityDefaults.UUID_OF_TREE);
        tree.update(ByteBuffer.wrap(usr));
        return tree.finish().rootHash().bytes();
    }
}
