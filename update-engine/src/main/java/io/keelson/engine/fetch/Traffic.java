package io.keelson.engine.fetch;

/** Bytes of content that came over the network, those that had to be fetched twice included. */
public final class Traffic {
    private long bytes;

    void add(long more) {
        bytes += more;
    }

    public long bytes() {
        return bytes;
    }
}
