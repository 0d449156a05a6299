package io.keelson.engine.agent;

import io.keelson.engine.state.AgentEvent;
import io.keelson.engine.state.AgentRecord;
import io.keelson.engine.state.AgentState;
import io.keelson.engine.state.json.StateFile;

import java.io.IOException;
import java.util.function.UnaryOperator;

/**
 * The agent's record: every change is on the disk before the change is visible or has a side
 * effect. Changed by the agent's thread only, read by any.
 */
final class AgentMemory {
    private final StateFile file;
    private volatile AgentRecord current;

    AgentMemory(StateFile file, AgentRecord loaded) {
        this.file = file;
        this.current = loaded;
    }

    AgentRecord current() {
        return current;
    }

    AgentState state() {
        return current.state();
    }

    /** Makes a legal change of state. */
    void apply(AgentEvent event) throws IOException {
        change(before -> before.after(event));
    }

    /** Makes several changes at once: all of them survive a power cut, or none. */
    void change(UnaryOperator<AgentRecord> change) throws IOException {
        AgentRecord before = current;
        AgentRecord after = change.apply(before);
        if (!after.equals(before)) {
            file.save(after);
            current = after;
        }
    }

    /** Shows progress without a write: after a power cut a download starts again anyway. */
    void showProgress(long doneBytes) {
        current = current.after(new AgentEvent.Progressed(doneBytes));
    }
}
