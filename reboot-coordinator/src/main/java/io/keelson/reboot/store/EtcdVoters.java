package io.keelson.reboot.store;

import io.keelson.etcd.EtcdClient;
import io.keelson.etcd.EtcdResult;
import io.keelson.etcd.Member;

import java.util.Set;
import java.util.stream.Collectors;

/** Which members of etcd can be counted on. */
public final class EtcdVoters {
    private EtcdVoters() {}

    /** The names of the voters that answer; none when that is not known, so that none reboots. */
    public static Set<String> healthy(EtcdClient etcd) {
        return etcd.health() instanceof EtcdResult.Known<Member.ClusterHealth>(var cluster)
                ? cluster.members().stream()
                        .filter(each -> each.healthy() && each.member().voter())
                        .map(each -> each.member().name())
                        .collect(Collectors.toUnmodifiableSet())
                : Set.of();
    }
}
