package io.keelson.engine.fetch;

/** Bytes of content that came over the network, those that had to be fetched twice included. */
public final class Traffic {
    private long bytes;

    /** Also counts what an earlier try, before a restart, has fetched. */
    public void add(long more) {
        bytes += more;
    }

    public long bytes() {
        return bytes;
    }
}
