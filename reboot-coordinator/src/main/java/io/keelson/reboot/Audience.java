package io.keelson.reboot;

/** Nodes that wait for their turn on an open connection to this process. */
public interface Audience {
    /** Nobody waits here: nodes ask again by themselves. */
    Audience NOBODY =
            new Audience() {
                @Override
                public boolean isEmpty() {
                    return true;
                }

                @Override
                public boolean isPresent(String id) {
                    return false;
                }

                @Override
                public void granted(String id, long fence) {}
            };

    /** True when certainly nobody waits here. */
    default boolean isEmpty() {
        return false;
    }

    boolean isPresent(String id);

    /** The node that is present was granted its slot; returns at once. */
    void granted(String id, long fence);
}
