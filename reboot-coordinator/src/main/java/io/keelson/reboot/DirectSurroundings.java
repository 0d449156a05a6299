package io.keelson.reboot;

import io.keelson.etcd.EtcdClient;
import io.keelson.reboot.group.RebootGroup;
import io.keelson.reboot.rules.Circumstances;
import io.keelson.reboot.store.EtcdVoters;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/** What a process that decides for itself sees: which members of etcd are healthy, if asked. */
public final class DirectSurroundings implements Surroundings {
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);

    private final EtcdClient etcd;
    private final LongSupplier nanos;
    private Set<String> up = Set.of();
    private long lookedNanos;
    private boolean isKnown;

    /**
     * @param nanos counts up from anywhere, such as {@code System::nanoTime}
     */
    public DirectSurroundings(EtcdClient etcd, LongSupplier nanos) {
        this.etcd = etcd;
        this.nanos = nanos;
    }

    @Override
    public synchronized Circumstances look(RebootGroup group, Instant now, int members) {
        if (group.policy().guards().etcdVoters().isEmpty()) {
            return Circumstances.at(now, members);
        }
        long at = nanos.getAsLong();
        if (!isKnown || at - lookedNanos > LOOK_AGAIN.toNanos()) {
            up = EtcdVoters.healthy(etcd);
            lookedNanos = at;
            isKnown = true;
        }
        return new Circumstances(now, members, up, Set.of(), Optional.empty());
    }
}
