package io.keelson.image;

/** Receives the progress of a build: one call per step, and percentages inside long steps. */
public interface Progress {
    /** A progress that nobody watches. */
    Progress SILENT =
            new Progress() {
                @Override
                public void step(String name) {}

                @Override
                public void percent(String name, long done, long total) {}
            };

    /** A new step begins; {@code name} is a phrase for a person. */
    void step(String name);

    /** {@code done} of {@code total} units of {@code name} are finished. */
    void percent(String name, long done, long total);
}
