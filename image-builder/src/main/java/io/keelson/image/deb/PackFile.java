package io.keelson.image.deb;

import io.keelson.image.tree.Content;
import io.keelson.image.tree.Metadata;
import io.keelson.image.tree.Node;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The contents of one package back to back, then their names and modes, then where the names begin.
 * A cache format of our own: never shipped, remade when {@link #FORMAT} changes.
 */
final class PackFile {
    static final String FORMAT = "pack3";

    private static final long MAGIC = 0x4b45454c5041434bL;
    private static final int TRAILER_BYTES = 16;
    private static final int CONTROL_BYTES_MAX = 8 << 20;
    private static final int ENTRIES_MAX = 500_000;
    private static final int XATTRS_MAX = 64;

    private PackFile() {}

    private enum Kind {
        DIRECTORY('d'),
        FILE('f'),
        SYMLINK('l'),
        HARD_LINK('h');

        private final int code;

        Kind(char code) {
            this.code = code;
        }

        static Kind of(int code) throws IOException {
            for (Kind kind : values()) {
                if (kind.code == code) {
                    return kind;
                }
            }
            throw new IOException("an entry has unknown kind " + code);
        }
    }

    private record Line(
            Kind kind, String path, Metadata metadata, String target, long offset, long size) {}

    static final class Writer implements AutoCloseable {
        private final DataOutputStream out;
        private final List<Line> lines = new ArrayList<>();
        private final Map<String, byte[]> control = new TreeMap<>();
        private long position;

        Writer(Path file) throws IOException {
            out =
                    new DataOutputStream(
                            new BufferedOutputStream(Files.newOutputStream(file), 1 << 18));
        }

        void control(String name, byte[] content) {
            control.put(name, content);
        }

        void directory(String path, Metadata metadata) {
            lines.add(new Line(Kind.DIRECTORY, path, metadata, "", 0, 0));
        }

        void symlink(String path, Metadata metadata, String target) {
            lines.add(new Line(Kind.SYMLINK, path, metadata, target, 0, 0));
        }

        void hardLink(String path, Metadata metadata, String target) {
            lines.add(new Line(Kind.HARD_LINK, path, metadata, target, 0, 0));
        }

        long file(String path, Metadata metadata, InputStream content) throws IOException {
            long size = content.transferTo(out);
            lines.add(new Line(Kind.FILE, path, metadata, "", position, size));
            position += size;
            return size;
        }

        void finish() throws IOException {
            out.writeInt(control.size());
            for (Map.Entry<String, byte[]> entry : control.entrySet()) {
                out.writeUTF(entry.getKey());
                out.writeInt(entry.getValue().length);
                out.write(entry.getValue());
            }
            out.writeInt(lines.size());
            for (Line line : lines) {
                out.writeByte(line.kind().code);
                out.writeUTF(line.path());
                out.writeInt(line.metadata().mode());
                out.writeInt(line.metadata().uid());
                out.writeInt(line.metadata().gid());
                writeXattrs(line.metadata().xattrs());
                out.writeUTF(line.target());
                out.writeLong(line.offset());
                out.writeLong(line.size());
            }
            out.writeLong(position);
            out.writeLong(MAGIC);
        }

        private void writeXattrs(Map<String, byte[]> xattrs) throws IOException {
            out.writeInt(xattrs.size());
            for (Map.Entry<String, byte[]> xattr : xattrs.entrySet()) {
                out.writeUTF(xattr.getKey());
                out.writeInt(xattr.getValue().length);
                out.write(xattr.getValue());
            }
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }

    static UnpackedDeb read(Path file) throws IOException {
        try (RandomAccessFile pack = new RandomAccessFile(file.toFile(), "r")) {
            long names = pack.length() - TRAILER_BYTES;
            if (names < 0) {
                throw new IOException("too short");
            }
            pack.seek(names);
            long index = pack.readLong();
            if (pack.readLong() != MAGIC || index < 0 || index > names) {
                throw new IOException("bad trailer");
            }
            pack.seek(index);
            var in =
                    new DataInputStream(
                            new BufferedInputStream(
                                    Channels.newInputStream(pack.getChannel()), 1 << 16));
            Map<String, byte[]> control = readControl(in);
            int count = bounded(in.readInt(), ENTRIES_MAX);
            List<UnpackedDeb.Entry> entries = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                entries.add(readEntry(in, file));
            }
            return new UnpackedDeb(control, entries);
        }
    }

    private static Map<String, byte[]> readControl(DataInputStream in) throws IOException {
        Map<String, byte[]> control = new HashMap<>();
        for (int left = bounded(in.readInt(), ENTRIES_MAX); left > 0; left--) {
            String name = in.readUTF();
            control.put(name, in.readNBytes(bounded(in.readInt(), CONTROL_BYTES_MAX)));
        }
        return control;
    }

    private static UnpackedDeb.Entry readEntry(DataInputStream in, Path pack) throws IOException {
        Kind kind = Kind.of(in.readByte());
        String path = in.readUTF();
        Metadata metadata = new Metadata(in.readInt(), in.readInt(), in.readInt(), readXattrs(in));
        String target = in.readUTF();
        long offset = in.readLong();
        long size = in.readLong();
        Node node =
                switch (kind) {
                    case DIRECTORY -> new Node.Directory(metadata);
                    case SYMLINK -> new Node.Symlink(metadata, target);
                    case HARD_LINK -> new Node.HardLink(metadata, target);
                    case FILE -> new Node.RegularFile(metadata, new Slice(pack, offset, size));
                };
        return new UnpackedDeb.Entry(path, node);
    }

    private static SortedMap<String, byte[]> readXattrs(DataInputStream in) throws IOException {
        SortedMap<String, byte[]> xattrs = new TreeMap<>();
        for (int left = bounded(in.readInt(), XATTRS_MAX); left > 0; left--) {
            String name = in.readUTF();
            xattrs.put(name, in.readNBytes(bounded(in.readInt(), CONTROL_BYTES_MAX)));
        }
        return xattrs;
    }

    private static int bounded(int value, int max) throws IOException {
        if (value < 0 || value > max) {
            throw new IOException("a count is out of range: " + value);
        }
        return value;
    }

    /** Part of a pack. */
    private record Slice(Path pack, long offset, long size) implements Content {
        @Override
        public InputStream open() throws IOException {
            FileChannel channel = FileChannel.open(pack, StandardOpenOption.READ);
            channel.position(offset);
            return new SliceStream(Channels.newInputStream(channel), size);
        }
    }
}
