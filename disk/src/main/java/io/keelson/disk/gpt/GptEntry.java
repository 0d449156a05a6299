package io.keelson.disk.gpt;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The entry array (UEFI 2.10, 5.3.3).
 *
 * <pre>
 * 0 guid type   16 guid id   32 u64 first LBA   40 u64 last LBA   48 u64 attributes
 * 56 char16[36] name
 * </pre>
 */
final class GptEntry {
    private static final UUID UNUSED = new UUID(0, 0);
    private static final int NAME_OFFSET = 56;
    private static final int NAME_BYTES = 2 * GptPartition.NAME_UNITS_MAX;

    private GptEntry() {}

    static ByteBuffer encode(List<GptPartition> partitions) {
        ByteBuffer array =
                ByteBuffer.allocate(GptTable.PARTITIONS_MAX * GptTable.ENTRY_BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN);
        for (GptPartition partition : partitions) {
            int at = (partition.number() - 1) * GptTable.ENTRY_BYTES;
            GptHeader.putGuid(array, at, partition.type());
            GptHeader.putGuid(array, at + 16, partition.id());
            array.putLong(at + 32, partition.firstLba()).putLong(at + 40, partition.lastLba());
            array.putLong(at + 48, partition.attributes());
            array.put(at + NAME_OFFSET, partition.name().getBytes(StandardCharsets.UTF_16LE));
        }
        return array;
    }

    static List<GptPartition> decode(ByteBuffer array) {
        array.order(ByteOrder.LITTLE_ENDIAN);
        List<GptPartition> partitions = new ArrayList<>();
        for (int at = 0; at < array.limit(); at += GptTable.ENTRY_BYTES) {
            UUID type = GptHeader.getGuid(array, at);
            if (!type.equals(UNUSED)) {
                partitions.add(
                        new GptPartition(
                                at / GptTable.ENTRY_BYTES + 1,
                                type,
                                GptHeader.getGuid(array, at + 16),
                                array.getLong(at + 32),
                                array.getLong(at + 40),
                                array.getLong(at + 48),
                                name(array, at + NAME_OFFSET)));
            }
        }
        return partitions;
    }

    private static String name(ByteBuffer array, int offset) {
        byte[] bytes = new byte[NAME_BYTES];
        array.get(offset, bytes);
        String name = new String(bytes, StandardCharsets.UTF_16LE);
        int end = name.indexOf('\0');
        return end < 0 ? name : name.substring(0, end);
    }
}
