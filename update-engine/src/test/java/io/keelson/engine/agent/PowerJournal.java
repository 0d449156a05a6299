package io.keelson.engine.agent;

import io.keelson.payload.apply.ApplyJournal;
import io.keelson.payload.apply.ApplyPoint;

import java.io.IOException;
import java.util.Optional;

/** A journal whose every change may be the last one before the power goes. */
record PowerJournal(ApplyJournal journal, Power power) implements ApplyJournal {
    @Override
    public Optional<ApplyPoint> load() throws IOException {
        return journal.load();
    }

    @Override
    public void record(ApplyPoint point) throws IOException {
        power.diskChange("before recording the progress");
        journal.record(point);
        power.diskChange("after recording the progress");
    }

    @Override
    public void clear() throws IOException {
        power.diskChange("before forgetting the progress");
        journal.clear();
        power.diskChange("after forgetting the progress");
    }
}
