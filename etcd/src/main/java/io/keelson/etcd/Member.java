package io.keelson.etcd;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * One member of the cluster, as the member that was asked knows it.
 *
 * @param id unsigned decimal
 * @param name empty until the member has started once
 * @param learner true while it only copies and has no vote
 */
public record Member(String id, String name, boolean learner, List<URI> clientUrls) {
    public Member {
        clientUrls = List.copyOf(clientUrls);
    }

    public boolean voter() {
        return !learner;
    }

    /**
     * Whether a member answered a linearizable read, which needs a leader and a majority.
     *
     * @param failure empty when it did
     */
    public record Health(Member member, Optional<String> failure) {
        public boolean healthy() {
            return failure.isEmpty();
        }
    }

    /** All members of one cluster. */
    public record ClusterHealth(ResponseHeader header, List<Health> members) {
        public ClusterHealth {
            members = List.copyOf(members);
        }

        public int voters() {
            return (int) members.stream().filter(each -> each.member().voter()).count();
        }

        /** Votes that a write needs. */
        public int quorum() {
            return voters() / 2 + 1;
        }

        public int healthyVoters() {
            return (int)
                    members.stream()
                            .filter(each -> each.member().voter() && each.healthy())
                            .count();
        }

        /** Whether a write would still get its votes with {@code fewer} healthy voters less. */
        public boolean survivesLoss(int fewer) {
            return healthyVoters() - fewer >= quorum();
        }
    }
}
