package io.keelson.disk.fat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.regex.Pattern;

/** A directory to be written; names differ in more than case. */
final class FatDirectory {
    /** Something in a directory, and the place it gets. */
    sealed interface Child {
        record File(String name, ByteSource content) implements Child {}

        record Directory(String name, FatDirectory directory) implements Child {}

        String name();
    }

    /**
     * Where a child's content is.
     *
     * @param firstCluster 0 for an empty file
     */
    record Place(long firstCluster, long sizeBytes) {}

    static final int ENTRY_BYTES = 32;
    private static final int LONG_NAME_UNITS = 13;
    private static final int NAME_UNITS_MAX = 255;
    private static final Pattern NAME =
            Pattern.compile("[^\\x00-\\x1f\\x7f\"*/:<>?\\\\|]*[^\\x00-\\x1f\\x7f\"*/:<>?\\\\|. ]");

    private static final byte ATTRIBUTE_VOLUME_ID = 0x08;
    private static final byte ATTRIBUTE_DIRECTORY = 0x10;
    private static final byte ATTRIBUTE_ARCHIVE = 0x20;
    private static final byte ATTRIBUTE_LONG_NAME = 0x0F;
    private static final byte LAST_LONG_ENTRY = 0x40;
    // 1 January 1980, the first date FAT can express: images carry no build time.
    private static final short DATE = 0x0021;

    private final Map<String, Child> children = new LinkedHashMap<>();

    static FatDirectory of(SortedMap<String, ByteSource> files) {
        FatDirectory root = new FatDirectory();
        files.forEach((path, content) -> {
            String[] names = path.split("/", -1);
            if (names.length < 2 || !names[0].isEmpty()) {
                throw new IllegalArgumentException("not an absolute path: " + path);
            }
            FatDirectory directory = root;
            for (String name : Arrays.copyOfRange(names, 1, names.length - 1)) {
                directory = directory.directory(name, path);
            }
            String name = names[names.length - 1];
            directory.add(new Child.File(name, content), path);
        });
        return root;
    }

    private FatDirectory directory(String name, String path) {
        return switch (children.get(key(name))) {
            case Child.Directory(var known, var directory) when known.equals(name) -> directory;
            case null -> {
                FatDirectory made = new FatDirectory();
                add(new Child.Directory(name, made), path);
                yield made;
            }
            case Child other ->
                    throw new IllegalArgumentException(
                            "%s and %s have the same name on FAT".formatted(other.name(), path));
        };
    }

    private void add(Child child, String path) {
        if (!NAME.matcher(child.name()).matches() || child.name().length() > NAME_UNITS_MAX) {
            throw new IllegalArgumentException(
                    "not a name on FAT: '%s' in %s".formatted(child.name(), path));
        }
        Child other = children.putIfAbsent(key(child.name()), child);
        if (other != null) {
            throw new IllegalArgumentException(
                    "%s and %s have the same name on FAT".formatted(other.name(), path));
        }
    }

    private static String key(String name) {
        return name.toUpperCase(Locale.ROOT);
    }

    List<Child> children() {
        return List.copyOf(children.values());
    }

    /** Bytes of the entries: the label in the root, "." and ".." elsewhere, then the children. */
    int sizeBytes(boolean root) {
        int entries = root ? 1 : 2;
        for (Child child : children.values()) {
            entries += 1 + longEntries(child.name());
        }
        return entries * ENTRY_BYTES;
    }

    /**
     * The entries.
     *
     * @param places one for each child, in their order
     * @param label the volume's, for the root
     * @param own this directory's place
     * @param parent the first cluster of the parent, 0 for the root
     */
    ByteBuffer encode(List<Place> places, Optional<byte[]> label, Place own, long parent) {
        ByteBuffer out =
                ByteBuffer.allocate(sizeBytes(label.isPresent())).order(ByteOrder.LITTLE_ENDIAN);
        if (label.isPresent()) {
            putEntry(out, label.get(), ATTRIBUTE_VOLUME_ID, new Place(0, 0));
        } else {
            putEntry(out, dots("."), ATTRIBUTE_DIRECTORY, own);
            putEntry(out, dots(".."), ATTRIBUTE_DIRECTORY, new Place(parent, 0));
        }
        List<Child> all = children();
        Map<String, byte[]> shortNames = ShortNames.of(all.stream().map(Child::name).toList());
        for (int i = 0; i < all.size(); i++) {
            Child child = all.get(i);
            byte[] shortName = Objects.requireNonNull(shortNames.get(child.name()));
            putLongName(out, child.name(), checksum(shortName));
            switch (child) {
                case Child.File _ -> putEntry(out, shortName, ATTRIBUTE_ARCHIVE, places.get(i));
                case Child.Directory _ ->
                        putEntry(out, shortName, ATTRIBUTE_DIRECTORY, places.get(i));
            }
        }
        return out.flip();
    }

    private static byte[] dots(String name) {
        byte[] padded = new byte[ShortNames.BYTES];
        Arrays.fill(padded, (byte) ' ');
        Arrays.fill(padded, 0, name.length(), (byte) '.');
        return padded;
    }

    private static int longEntries(String name) {
        return ShortNames.isWhole(name)
                ? 0
                : (name.length() + LONG_NAME_UNITS - 1) / LONG_NAME_UNITS;
    }

    private static void putEntry(ByteBuffer out, byte[] name, byte attributes, Place place) {
        int at = out.position();
        long size = attributes == ATTRIBUTE_ARCHIVE ? place.sizeBytes : 0;
        out.put(name).put(attributes);
        out.putShort(at + 16, DATE).putShort(at + 18, DATE).putShort(at + 24, DATE);
        out.putShort(at + 20, (short) (place.firstCluster >>> 16));
        out.putShort(at + 26, (short) place.firstCluster);
        out.putInt(at + 28, (int) size);
        out.position(at + ENTRY_BYTES);
    }

    /** Entries of 13 units each, the last part of the name first. */
    private static void putLongName(ByteBuffer out, String name, byte checksum) {
        int entries = longEntries(name);
        for (int part = entries; part >= 1; part--) {
            int at = out.position();
            out.put(at, (byte) (part | (part == entries ? LAST_LONG_ENTRY : 0)));
            out.put(at + 11, ATTRIBUTE_LONG_NAME).put(at + 13, checksum);
            for (int i = 0; i < LONG_NAME_UNITS; i++) {
                int index = (part - 1) * LONG_NAME_UNITS + i;
                int unit =
                        index < name.length()
                                ? name.charAt(index)
                                : index == name.length() ? 0 : 0xFFFF;
                out.putShort(at + unitOffset(i), (short) unit);
            }
            out.position(at + ENTRY_BYTES);
        }
    }

    private static int unitOffset(int unit) {
        return unit < 5 ? 1 + 2 * unit : unit < 11 ? 14 + 2 * (unit - 5) : 28 + 2 * (unit - 11);
    }

    private static byte checksum(byte[] shortName) {
        int sum = 0;
        for (byte b : shortName) {
            sum = (((sum & 1) << 7) + (sum >>> 1) + (b & 0xFF)) & 0xFF;
        }
        return (byte) sum;
    }
}
