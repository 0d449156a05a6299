package io.keelson.engine.state;

import io.keelson.engine.json.JsonText;
import io.keelson.host.DurableFile;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The file an {@link AgentRecord} lives in between two runs of the daemon. */
public final class StateFile {
    private static final System.Logger LOG = System.getLogger(StateFile.class.getName());

    private final Path file;

    public StateFile(Path file) {
        this.file = file;
    }

    /**
     * The record last saved; a first one for {@code version} if there is none. An unreadable file
     * is kept beside it and forgotten, since a daemon that does not start cannot be updated.
     */
    public AgentRecord load(String version) throws IOException {
        if (!Files.exists(file)) {
            return AgentRecord.first(version);
        }
        try {
            return RecordJson.read(JsonText.read(file));
        } catch (IOException e) {
            Path kept = file.resolveSibling(file.getFileName() + ".unreadable");
            Files.copy(file, kept, StandardCopyOption.REPLACE_EXISTING);
            LOG.log(
                    Level.ERROR,
                    "starting without the saved state, it is unreadable kept={0} reason={1}",
                    kept,
                    e.getMessage());
            return AgentRecord.first(version);
        }
    }

    /** Returns once the record is on the disk. */
    public void save(AgentRecord value) throws IOException {
        DurableFile.replace(file, JsonText.write(RecordJson.write(value)));
    }
}
