package io.keelson.engine.state.json;

import io.keelson.engine.json.JsonObject;
import io.keelson.engine.json.JsonText;
import io.keelson.engine.state.AgentRecord;
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
     * What was found.
     *
     * @param isWhole whether nothing of it is lost, as far as the file tells
     */
    public record Loaded(AgentRecord value, boolean isWhole) {}

    /**
     * The record last saved; a first one for {@code version} if there is none. Of a file that a
     * newer release wrote, what can be read is; the file is kept beside it. A daemon that does not
     * start cannot be updated.
     */
    public Loaded load(String version) throws IOException {
        if (!Files.exists(file)) {
            return new Loaded(AgentRecord.first(version), false);
        }
        AgentRecord found = AgentRecord.first(version);
        try {
            JsonObject json = JsonText.read(file);
            found = RecordJson.readWithoutState(json);
            return new Loaded(found.in(RecordJson.readState(json)), true);
        } catch (IOException e) {
            Path kept = file.resolveSibling(file.getFileName() + ".unreadable");
            Files.copy(file, kept, StandardCopyOption.REPLACE_EXISTING);
            LOG.log(
                    Level.ERROR,
                    "starting without all of the saved state, it is unreadable kept={0} reason={1}",
                    kept,
                    e.getMessage());
            return new Loaded(found, false);
        }
    }

    /** Returns once the record is on the disk. */
    public void save(AgentRecord value) throws IOException {
        DurableFile.replace(file, JsonText.write(RecordJson.write(value)));
    }
}
