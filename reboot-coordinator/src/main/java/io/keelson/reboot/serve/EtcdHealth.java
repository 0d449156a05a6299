package io.keelson.reboot.serve;

import io.keelson.etcd.EtcdClient;
import io.keelson.reboot.Surroundings;
import io.keelson.reboot.group.RebootGroup;
import io.keelson.reboot.rules.Circumstances;
import io.keelson.reboot.store.EtcdVoters;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * Which members of etcd are healthy, looked at again and again once a group's policy names voters.
 * As long as that is not known none is, so that no voter reboots.
 */
public final class EtcdHealth implements Surroundings, AutoCloseable {
    private static final Duration INTERVAL = Duration.ofSeconds(5);

    private final EtcdClient etcd;
    private final Thread watcher;
    private volatile Set<String> up = Set.of();
    private volatile boolean isNeeded;

    public EtcdHealth(EtcdClient etcd) {
        this.etcd = etcd;
        this.watcher = Thread.ofVirtual().name("etcd health").start(this::watch);
    }

    @Override
    public Circumstances look(RebootGroup group, Instant now, int members) {
        if (!group.policy().guards().etcdVoters().isEmpty()) {
            isNeeded = true;
        }
        return new Circumstances(now, members, up, Set.of(), Optional.empty());
    }

    private void watch() {
        try {
            while (true) {
                if (isNeeded) {
                    up = EtcdVoters.healthy(etcd);
                }
                Thread.sleep(isNeeded ? INTERVAL : Duration.ofMillis(200));
            }
        } catch (InterruptedException e) {
            // Closed.
        }
    }

    @Override
    public void close() {
        watcher.interrupt();
    }
}
