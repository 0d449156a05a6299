package io.keelson.image.deb;

import com.github.luben.zstd.ZstdInputStream;

import io.keelson.host.xz.XzInputStream;

import org.apache.commons.compress.archivers.ar.ArArchiveEntry;
import org.apache.commons.compress.archivers.ar.ArArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** The container of deb(5): an ar archive with a control and a data tar archive. */
final class DebFile {
    private static final long XZ_MEMORY_BYTES_MAX = 256 << 20;
    private static final int MEMBERS_MAX = 16;
    private static final int ENTRIES_MAX = 500_000;

    private DebFile() {}

    /** Told about every entry, and given a stream that ends where the entry ends. */
    interface Visitor {
        void control(TarArchiveEntry entry, InputStream content) throws IOException;

        void data(TarArchiveEntry entry, InputStream content) throws IOException;
    }

    static void read(Path file, Visitor visitor) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
                ArArchiveInputStream ar = new ArArchiveInputStream(in)) {
            boolean control = false;
            boolean data = false;
            int members = 0;
            for (ArArchiveEntry member = ar.getNextEntry();
                    member != null;
                    member = ar.getNextEntry()) {
                String name = member.getName();
                if (++members > MEMBERS_MAX) {
                    throw new DebException("has more than " + MEMBERS_MAX + " members");
                }
                if (name.startsWith("control.tar")) {
                    control = true;
                    walk(plain(name, ar), visitor::control);
                } else if (name.startsWith("data.tar")) {
                    data = true;
                    walk(plain(name, ar), visitor::data);
                }
            }
            if (!control || !data) {
                throw new DebException("has no control or no data member");
            }
        }
    }

    private interface EntryVisitor {
        void visit(TarArchiveEntry entry, InputStream content) throws IOException;
    }

    private static void walk(InputStream plain, EntryVisitor visitor) throws IOException {
        int entries = 0;
        try (TarArchiveInputStream tar = new TarArchiveInputStream(plain)) {
            for (TarArchiveEntry entry = tar.getNextEntry();
                    entry != null;
                    entry = tar.getNextEntry()) {
                if (++entries > ENTRIES_MAX) {
                    throw new DebException("has more than " + ENTRIES_MAX + " files");
                }
                visitor.visit(entry, tar);
            }
        }
    }

    private static InputStream plain(String member, InputStream ar) throws IOException {
        InputStream own = new Unclosable(ar);
        String suffix = member.substring(member.indexOf(".tar") + 4);
        return switch (suffix) {
            case "" -> own;
            case ".xz" -> new XzInputStream(own, XZ_MEMORY_BYTES_MAX);
            case ".zst" -> new ZstdInputStream(own);
            case ".gz" -> new GZIPInputStream(own);
            default -> throw new DebException("has a member of unknown compression: " + member);
        };
    }

    /** The archive outlives the stream over one member. */
    private static final class Unclosable extends FilterInputStream {
        Unclosable(InputStream in) {
            super(in);
        }

        @Override
        public void close() {
            // The member's reader does not own the archive.
        }
    }
}
