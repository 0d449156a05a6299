package io.keelson.reboot.store;

import io.keelson.host.DurableFile;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * A file that only grows: records of a length, a CRC-32C and so many bytes. A record is on the disk
 * when {@link #append} returns. A power cut can leave only the last one torn; opening drops it. Any
 * other damage is refused, as what follows it would be lost silently.
 */
final class LogFile implements AutoCloseable {
    static final int RECORD_BYTES_MAX = 64 << 20;
    private static final long FILE_BYTES_MAX = 1L << 30;
    private static final int HEADER_BYTES = 8;

    private final Path path;
    // Not a channel: one that is in use when its thread is interrupted closes itself.
    private RandomAccessFile file;
    private long size;

    private LogFile(Path path, RandomAccessFile file, long size) {
        this.path = path;
        this.file = file;
        this.size = size;
    }

    /** What opening found. */
    record Opened(LogFile log, List<byte[]> records) {}

    static Opened open(Path path) throws IOException {
        if (!Files.exists(path)) {
            DurableFile.replace(path, new byte[0]);
        }
        if (Files.size(path) > FILE_BYTES_MAX) {
            throw new IOException(path + " is larger than " + FILE_BYTES_MAX + " bytes");
        }
        ByteBuffer content = ByteBuffer.wrap(Files.readAllBytes(path));
        var records = new ArrayList<byte[]>();
        int end = 0;
        byte[] next = record(content, end);
        while (next != null) {
            records.add(next);
            end += HEADER_BYTES + next.length;
            next = record(content, end);
        }
        requireTornOnly(path, content, end);
        var file = new RandomAccessFile(path.toFile(), "rw");
        if (end < content.limit()) {
            file.setLength(end);
            file.getFD().sync();
        }
        file.seek(end);
        return new Opened(new LogFile(path, file, end), records);
    }

    private static byte @Nullable [] record(ByteBuffer content, int at) {
        if (content.limit() - at < HEADER_BYTES) {
            return null;
        }
        int length = content.getInt(at);
        if (length <= 0
                || length > RECORD_BYTES_MAX
                || length > content.limit() - at - HEADER_BYTES) {
            return null;
        }
        byte[] payload = new byte[length];
        content.get(at + HEADER_BYTES, payload);
        return checksum(payload) == content.getInt(at + 4) ? payload : null;
    }

    private static void requireTornOnly(Path path, ByteBuffer content, int end) throws IOException {
        for (int at = end + 1; at < content.limit(); at++) {
            if (record(content, at) != null) {
                throw new IOException(
                        "%s is damaged at byte %d: a whole record follows at byte %d; restore the file from a backup, or move it away to start with empty groups"
                                .formatted(path, end, at));
            }
        }
    }

    private static int checksum(byte[] payload) {
        var crc = new CRC32C();
        crc.update(payload);
        return (int) crc.getValue();
    }

    private static byte[] framed(byte[] payload) throws IOException {
        if (payload.length == 0 || payload.length > RECORD_BYTES_MAX) {
            throw new IOException("a record of " + payload.length + " bytes is not allowed");
        }
        var bytes = new ByteArrayOutputStream(payload.length + HEADER_BYTES);
        var out = new DataOutputStream(bytes);
        out.writeInt(payload.length);
        out.writeInt(checksum(payload));
        out.write(payload);
        return bytes.toByteArray();
    }

    long size() {
        return size;
    }

    void append(byte[] payload) throws IOException {
        byte[] bytes = framed(payload);
        file.write(bytes);
        file.getFD().sync();
        size += bytes.length;
    }

    /** Replaces all records; after a failure the old ones are still there. */
    void replace(List<byte[]> records) throws IOException {
        var all = new ByteArrayOutputStream();
        for (byte[] record : records) {
            all.write(framed(record));
        }
        DurableFile.replace(path, all.toByteArray());
        var fresh = new RandomAccessFile(path.toFile(), "rw");
        fresh.seek(all.size());
        file.close();
        file = fresh;
        size = all.size();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
