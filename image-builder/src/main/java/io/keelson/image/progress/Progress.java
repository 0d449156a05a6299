package io.keelson.image.progress;

/** Told what a long piece of work is doing; may be called from several threads. */
public interface Progress {
    /** A step begins. */
    void step(String name);

    /** How far a step is, in units of its own (bytes or items). */
    void percent(String name, long done, long total);

    /** Says nothing. */
    static Progress none() {
        return new Progress() {
            @Override
            public void step(String name) {}

            @Override
            public void percent(String name, long done, long total) {}
        };
    }
}
