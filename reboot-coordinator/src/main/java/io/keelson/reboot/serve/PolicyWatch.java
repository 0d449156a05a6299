package io.keelson.reboot.serve;

import io.keelson.reboot.group.PolicyFile;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The policy file of a running coordinator, looked at again and again: a change of its content is
 * applied without a restart. A file that cannot be used leaves everything as it was, and says so.
 */
public final class PolicyWatch implements AutoCloseable {
    private static final Duration INTERVAL = Duration.ofSeconds(2);
    private static final System.Logger LOG = System.getLogger(PolicyWatch.class.getName());

    private final Path file;
    private final boolean hasEtcd;
    private final PolicyFile first;
    private String used;
    private String seen;
    private Optional<Thread> watcher = Optional.empty();

    private PolicyWatch(Path file, boolean hasEtcd, String text, PolicyFile first) {
        this.file = file;
        this.hasEtcd = hasEtcd;
        this.first = first;
        this.used = text;
        this.seen = text;
    }

    /**
     * Reads the file a coordinator starts with, which must be usable.
     *
     * @param hasEtcd whether the coordinator can see which members of etcd are healthy
     */
    public static PolicyWatch open(Path file, boolean hasEtcd) throws IOException {
        String text = PolicyFile.text(file);
        return new PolicyWatch(file, hasEtcd, text, parsed(file, hasEtcd, text));
    }

    private static PolicyFile parsed(Path file, boolean hasEtcd, String text) throws IOException {
        PolicyFile policies;
        try {
            policies = PolicyFile.parse(text);
        } catch (IOException e) {
            throw new IOException("policy file " + file + ": " + e.getMessage(), e);
        }
        for (var group : policies.groups().entrySet()) {
            if (!hasEtcd && !group.getValue().guards().etcdVoters().isEmpty()) {
                throw new IOException(
                        "policy file %s: group '%s' has etcdVoters, but this coordinator keeps its groups in a directory and asks no etcd who is healthy: use one over etcd, or remove them"
                                .formatted(file, group.getKey()));
            }
        }
        return policies;
    }

    /** What the file said when it was opened. */
    public PolicyFile policies() {
        return first;
    }

    /** Looks after the file for as long as the coordinator runs. */
    public void start(Coordinator coordinator) {
        watcher =
                Optional.of(
                        Thread.ofVirtual()
                                .name("policy file")
                                .start(() -> {
                                    try {
                                        while (true) {
                                            Thread.sleep(INTERVAL);
                                            look(coordinator);
                                        }
                                    } catch (InterruptedException e) {
                                        // Closed.
                                    }
                                }));
    }

    /** Applies a changed file once two looks in a row saw the same: an editor may be writing it. */
    void look(Coordinator coordinator) {
        String text;
        try {
            text = PolicyFile.text(file);
        } catch (IOException e) {
            refuse(coordinator, "policy file " + file + " cannot be read: " + e.getMessage());
            return;
        }
        boolean isSettled = text.equals(seen);
        seen = text;
        if (!isSettled) {
            return;
        }
        if (text.equals(used)) {
            coordinator.refusesPolicy(Optional.empty());
            return;
        }
        try {
            coordinator.use(parsed(file, hasEtcd, text));
            used = text;
            coordinator.refusesPolicy(Optional.empty());
            LOG.log(
                    System.Logger.Level.INFO,
                    "the policy file changed and is applied file={0}",
                    file);
        } catch (IOException e) {
            refuse(coordinator, String.valueOf(e.getMessage()));
        }
    }

    private static void refuse(Coordinator coordinator, String problem) {
        if (coordinator.refusesPolicy(Optional.of(problem))) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the policy applied last stays in force, for the new one cannot be used: {0}",
                    problem);
        }
    }

    @Override
    public void close() {
        watcher.ifPresent(Thread::interrupt);
    }
}
