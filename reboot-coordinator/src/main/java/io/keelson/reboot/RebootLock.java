package io.keelson.reboot;

import io.keelson.etcd.EtcdClient;

import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** The reboot lock of one group. */
public final class RebootLock {
    public RebootLock(
            EtcdClient etcd,
            String group,
            InstantSource clock,
            Supplier<String> requestIds,
            RandomGenerator random) {}

    public LockAnswer request(NodeIdentity node) {
        throw new UnsupportedOperationException();
    }

    /** Call just before the reboot; anything but Committed means: do not reboot. */
    public CommitAnswer commit(NodeIdentity node, long fence) {
        throw new UnsupportedOperationException();
    }

    /** Tells the group that the node runs again after its reboot; health still unknown. */
    public CommitAnswer returned(NodeIdentity node) {
        throw new UnsupportedOperationException();
    }

    public ReleaseAnswer release(NodeIdentity node, Outcome outcome) {
        throw new UnsupportedOperationException();
    }

    /** Removes the node from the queue; a slot it holds is not touched. */
    public GroupAnswer leave(String id) {
        throw new UnsupportedOperationException();
    }

    public GroupAnswer status() {
        throw new UnsupportedOperationException();
    }

    /** Operator: frees a slot whatever its state, without counting a failure. */
    public ReleaseAnswer forceRelease(String id) {
        throw new UnsupportedOperationException();
    }

    public GroupAnswer halt(String reason) {
        throw new UnsupportedOperationException();
    }

    public GroupAnswer resume() {
        throw new UnsupportedOperationException();
    }

    public GroupAnswer setMax(int slots) {
        throw new UnsupportedOperationException();
    }

    public GroupAnswer setFailureBudget(int failures) {
        throw new UnsupportedOperationException();
    }

    /** Blocks until the group changes after that revision, or the time is over, or etcd is lost. */
    public void awaitChange(long revision, Duration atMost) {
        throw new UnsupportedOperationException();
    }
}
