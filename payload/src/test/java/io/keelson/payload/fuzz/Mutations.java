package io.keelson.payload.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What is done to a valid manifest and its data, by an attacker who can sign. */
final class Mutations {
    private static final int[] TYPES = {
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 1000, 1001, 1002, 1003, 1004
    };

    private static final int[] EXTENT_FIELDS = {
        BasePayload.SOURCE_EXTENTS, BasePayload.DESTINATION_EXTENTS, BasePayload.HISTORY_EXTENTS
    };

    private final Choices choices;
    private final WireNode manifest;

    Mutations(Choices choices, WireNode manifest) {
        this.choices = choices;
        this.manifest = manifest;
    }

    /** A change of meaning; offsets, lengths and data hashes are set right afterwards. */
    void spoilMeaning() {
        switch (choices.below(14)) {
            case 0, 1, 2, 3 -> spoilBlob();
            case 4 -> dropOperation();
            case 5 -> duplicateOperation();
            case 6 -> swapOperations();
            case 7 -> changeType();
            case 8, 9 -> spoilExtent();
            case 10 -> splitExtent();
            case 11 -> spliceBlobs();
            case 12 -> spoilPartition();
            default -> addSource();
        }
    }

    /** A change of the encoded message that nothing sets right afterwards. */
    void spoilEncoding() {
        WireNode parent = manifest;
        int index = choices.below(Math.max(1, parent.children.size()));
        for (int depth = 0; depth < 4; depth++) {
            if (parent.children.isEmpty()) {
                return;
            }
            index = choices.below(parent.children.size());
            WireNode next = parent.children.get(index);
            if (!next.isMessage() || choices.oneIn(4)) {
                break;
            }
            if (depth < 3 && !next.children.isEmpty()) {
                parent = next;
            }
        }
        spoilField(parent, Math.min(index, parent.children.size() - 1));
    }

    private void spoilField(WireNode parent, int index) {
        WireNode field = parent.children.get(index);
        switch (choices.below(11)) {
            case 0 -> parent.children.remove(index);
            case 1 -> parent.children.add(choices.below(index + 1), field.copy());
            case 2 -> field.number = 1 + choices.below(20);
            case 3 -> field.number = (int) choices.number() & 0x1FFF_FFFF;
            case 4 ->
                    field.lengthLie =
                            choices.oneIn(2) ? SpoiltBytes.extreme(choices) : choices.below(9) - 4;
            case 5 -> field.padding = choices.below(12);
            case 6 -> Collections.swap(parent.children, index, choices.below(index + 1));
            case 7 -> {
                field.children = null;
                field.bytes = null;
                field.value = SpoiltBytes.extreme(choices);
            }
            case 8 -> {
                field.children = null;
                field.bytes = new byte[choices.below(400)];
            }
            default -> changeValue(field);
        }
    }

    private void changeValue(WireNode field) {
        if (field.isCount()) {
            field.value = changed(field.value);
        } else if (field.isMessage()) {
            Collections.reverse(field.children);
        } else if (field.bytes.length > 0) {
            field.bytes = field.bytes.clone();
            field.bytes[choices.below(field.bytes.length)] ^= (byte) (1 << choices.below(8));
        }
    }

    private long changed(long value) {
        return choices.oneIn(2) ? SpoiltBytes.extreme(choices) : value + choices.below(9) - 4;
    }

    private void spoilBlob() {
        WireNode operation = operation();
        if (operation == null || operation.blob == null || operation.blob.length == 0) {
            return;
        }
        operation.blob = SpoiltBytes.of(operation.blob, choices);
    }

    private void spliceBlobs() {
        WireNode into = operation();
        WireNode from = operation();
        if (into == null || from == null || into.blob == null || from.blob == null) {
            return;
        }
        if (choices.oneIn(2)) {
            into.blob = from.blob;
            return;
        }
        byte[] spliced = into.blob.clone();
        int at = choices.below(spliced.length + 1);
        int length = Math.min(spliced.length - at, from.blob.length);
        System.arraycopy(from.blob, from.blob.length - length, spliced, at, length);
        into.blob = spliced;
    }

    private void dropOperation() {
        WireNode partition = partition();
        if (partition != null) {
            partition.children.remove(operationOf(partition));
        }
    }

    private void duplicateOperation() {
        WireNode partition = partition();
        WireNode operation = operation();
        if (partition != null && operation != null) {
            int at = choices.below(partition.children.size() + 1);
            partition.children.add(at, operation.copy());
        }
    }

    private void swapOperations() {
        WireNode partition = partition();
        if (partition == null) {
            return;
        }
        int first = partition.children.indexOf(operationOf(partition));
        int second = partition.children.indexOf(operationOf(partition));
        if (first >= 0 && second >= 0) {
            Collections.swap(partition.children, first, second);
        }
    }

    private void changeType() {
        WireNode operation = operation();
        WireNode type = operation == null ? null : operation.child(1);
        if (type != null) {
            type.value = TYPES[choices.below(TYPES.length)];
            if (operation.blob == null && choices.oneIn(2)) {
                operation.add(WireNode.count(2, 0)).add(WireNode.count(3, 0));
                operation.put(8, new byte[32]);
                operation.blob = new byte[choices.below(64)];
            }
        }
    }

    private void spoilExtent() {
        WireNode extent = extent();
        WireNode number = extent == null ? null : extent.child(1 + choices.below(2));
        if (number != null) {
            number.value = changed(number.value);
            // Three of four pass the comparison with the running slot.
            if (!choices.oneIn(4)) {
                for (WireNode operation : operations()) {
                    if (operation.child(9) != null) {
                        operation.put(9, BasePayload.sourceHash(operation, Pieces.OLD_USR));
                    }
                }
            }
        }
    }

    private List<WireNode> operations() {
        List<WireNode> operations = new ArrayList<>();
        for (WireNode partition : manifest.children(BasePayload.PARTITIONS)) {
            if (partition.isMessage()) {
                operations.addAll(partition.children(BasePayload.OPERATIONS));
            }
        }
        return operations;
    }

    private void splitExtent() {
        WireNode operation = operation();
        WireNode extent = operation == null ? null : extentOf(operation);
        if (extent == null || extent.child(1) == null || extent.child(2) == null) {
            return;
        }
        long blocks = extent.child(2).value;
        long first = blocks < 2 || choices.oneIn(8) ? choices.below(4) : blocks / 2;
        extent.child(2).value = first;
        WireNode second =
                BasePayload.extent(extent.number, extent.child(1).value + first, blocks - first);
        int at = operation.children.indexOf(extent);
        operation.children.add(at + (choices.oneIn(4) ? 0 : 1), second);
    }

    private void spoilPartition() {
        WireNode partition = partition();
        if (partition == null) {
            return;
        }
        switch (choices.below(8)) {
            case 5 -> {
                WireNode other = partition();
                WireNode field = other == null ? null : other.child(1 + choices.below(17));
                if (field != null) {
                    partition.children.removeIf(mine -> mine.number == field.number);
                    partition.add(field.copy());
                }
            }
            case 6 -> {
                partition.put(12, "sha256".getBytes(StandardCharsets.UTF_8));
                partition.put(1001, new byte[choices.oneIn(8) ? 31 : 32]);
            }
            case 0 -> manifest.children.remove(partition);
            case 1 -> manifest.add(partition.copy());
            case 2 -> {
                manifest.children.remove(partition);
                manifest.children.add(0, partition);
            }
            case 3 -> {
                WireNode info = partition.child(7);
                if (info != null && info.isMessage() && info.child(1) != null) {
                    info.child(1).value = changed(info.child(1).value);
                }
            }
            case 4 -> partition.put(17, "1.2.00".getBytes(StandardCharsets.UTF_8));
            default -> partition.put(13, new byte[choices.below(258)]);
        }
    }

    private void addSource() {
        WireNode operation = operation();
        if (operation != null) {
            int field = choices.oneIn(3) ? 1000 : 4;
            operation.add(BasePayload.extent(field, choices.below(8), 1 + choices.below(4)));
            if (field == 4) {
                operation.put(9, BasePayload.sourceHash(operation, Pieces.OLD_USR));
            }
        }
    }

    private WireNode partition() {
        List<WireNode> partitions = manifest.children(BasePayload.PARTITIONS);
        WireNode chosen =
                partitions.isEmpty() ? null : partitions.get(choices.below(partitions.size()));
        return chosen != null && chosen.isMessage() ? chosen : null;
    }

    private WireNode operation() {
        WireNode partition = partition();
        return partition == null ? null : operationOf(partition);
    }

    private WireNode operationOf(WireNode partition) {
        List<WireNode> operations = partition.children(BasePayload.OPERATIONS);
        return operations.isEmpty() ? null : operations.get(choices.below(operations.size()));
    }

    private WireNode extent() {
        WireNode operation = operation();
        return operation == null ? null : extentOf(operation);
    }

    private WireNode extentOf(WireNode operation) {
        int preferred = EXTENT_FIELDS[choices.below(EXTENT_FIELDS.length)];
        List<WireNode> extents = operation.children(preferred);
        if (extents.isEmpty()) {
            extents = operation.children(BasePayload.DESTINATION_EXTENTS);
        }
        return extents.isEmpty() ? null : extents.get(choices.below(extents.size()));
    }
}
