package io.keelson.payload.apply;

import io.keelson.host.DurableFile;
import io.keelson.payload.manifest.Sha256;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A journal in one small text file, replaced as a whole for every point:
 *
 * <pre>
 *   keelson-apply 1
 *   payload 5f70bf18…          SHA-256 of the payload's header and manifest
 *   done 117 2cf24dba…         per partition: operations done, SHA-256 of what they wrote
 *   done 0 e3b0c442…
 *   end
 * </pre>
 */
public final class JournalFile implements ApplyJournal {
    private static final String FIRST_LINE = "keelson-apply 1";
    private static final String LAST_LINE = "end";
    private static final int BYTES_MAX = 8 << 10;

    private final Path file;

    /** The file need not exist; its directory must, on a file system that survives a reboot. */
    public JournalFile(Path file) {
        this.file = file;
    }

    @Override
    public Optional<ApplyPoint> load() throws IOException {
        byte[] bytes;
        try (var in = Files.newInputStream(file)) {
            bytes = in.readNBytes(BYTES_MAX);
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
        Optional<ApplyPoint> point = parse(new String(bytes, StandardCharsets.US_ASCII));
        if (point.isEmpty()) {
            System.getLogger(JournalFile.class.getName())
                    .log(
                            System.Logger.Level.WARNING,
                            "the journal is not readable, the payload is applied from its start"
                                    + " file={0}",
                            file);
        }
        return point;
    }

    @Override
    public void record(ApplyPoint point) throws IOException {
        var text = new StringBuilder();
        text.append(FIRST_LINE).append('\n');
        text.append("payload ").append(point.payload().hex()).append('\n');
        for (ApplyPoint.Progress done : point.partitions()) {
            text.append("done ").append(done.operations()).append(' ');
            text.append(done.content().hex()).append('\n');
        }
        text.append(LAST_LINE).append('\n');
        DurableFile.replace(file, text.toString().getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public void clear() throws IOException {
        DurableFile.delete(file);
    }

    private static Optional<ApplyPoint> parse(String text) {
        List<String> lines = text.lines().toList();
        if (lines.size() < 4
                || !lines.getFirst().equals(FIRST_LINE)
                || !lines.getLast().equals(LAST_LINE)
                || !lines.get(1).matches("payload [0-9a-f]{64}")) {
            return Optional.empty();
        }
        List<ApplyPoint.Progress> partitions = new ArrayList<>();
        for (String line : lines.subList(2, lines.size() - 1)) {
            if (!line.matches("done [0-9]{1,9} [0-9a-f]{64}")) {
                return Optional.empty();
            }
            String[] words = line.split(" ", -1);
            partitions.add(
                    new ApplyPoint.Progress(Integer.parseInt(words[1]), new Sha256(words[2])));
        }
        return Optional.of(new ApplyPoint(new Sha256(lines.get(1).split(" ", -1)[1]), partitions));
    }
}
