package io.keelson.engine.state;

/**
 * What a release was installed from.
 *
 * @param receivedBytes what came over the network for it, failed tries included
 * @param fullBytes size of the full payload, which is what a host without shortcuts would fetch
 * @param detours why better ways were not taken, one sentence each; empty when the best one was
 */
public record Fetched(FileKind kind, long receivedBytes, long fullBytes, String detours) {
    /** Never negative: a failed shortcut may have cost more than it could save. */
    public long savedBytes() {
        return Math.max(0, fullBytes - receivedBytes);
    }
}
