package io.keelson.cli.payload;

import io.keelson.payload.PayloadSources;
import io.keelson.payload.PayloadTarget;
import io.keelson.payload.foreign.ForeignPayload;
import io.keelson.payload.patch.SourceBytes;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The partitions of another system's payload as files {@code NAME.img}. */
final class ForeignImages implements ForeignPayload.Partitions, AutoCloseable {
    /** A name becomes that of a file, and nobody vouches for it. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    private final Optional<Path> old;
    private final Path out;
    private final List<FileChannel> open = new ArrayList<>();

    /**
     * @param old directory of the old images, which only deltas need
     */
    ForeignImages(Optional<Path> old, Path out) {
        this.old = old;
        this.out = out;
    }

    /** Where a partition's new content is. */
    Path image(String name) {
        return out.resolve(name + ".img");
    }

    @Override
    public PayloadTarget target(String name) throws IOException {
        requireName(name);
        return PayloadTarget.of(
                opened(
                        FileChannel.open(
                                image(name),
                                StandardOpenOption.CREATE,
                                StandardOpenOption.TRUNCATE_EXISTING,
                                StandardOpenOption.READ,
                                StandardOpenOption.WRITE)));
    }

    @Override
    public SourceBytes source(String name) throws IOException {
        requireName(name);
        Path directory =
                old.orElseThrow(() ->
                        new IOException(
                                "it builds on old partitions: name the directory of their images"
                                        + " with --old"));
        Path image = directory.resolve(name + ".img");
        try {
            FileChannel channel = opened(FileChannel.open(image));
            return PayloadSources.of(channel, channel.size());
        } catch (NoSuchFileException e) {
            throw new IOException(
                    "it builds on the old partition " + name + ", and there is no " + image, e);
        }
    }

    private static void requireName(String name) throws IOException {
        if (!NAME.matcher(name).matches()) {
            throw new IOException(
                    "it names a partition \"" + name + "\", which is not fit for a file's name");
        }
    }

    private FileChannel opened(FileChannel channel) {
        open.add(channel);
        return channel;
    }

    @Override
    public void close() throws IOException {
        for (FileChannel channel : open) {
            channel.close();
        }
    }
}
