package io.keelson.reboot.serve;

import io.keelson.reboot.GroupDesk;
import io.keelson.reboot.Surroundings;
import io.keelson.reboot.Timepiece;
import io.keelson.reboot.group.PolicyFile;
import io.keelson.reboot.store.GroupStore;

import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** All groups of the policy file. */
final class Groups implements AutoCloseable {
    private final SortedMap<String, GroupService> services;
    private final Timepiece time;

    /**
     * What groups are made of.
     *
     * @param store the store of a group
     */
    record Parts(
            Function<String, GroupStore> store,
            Timepiece time,
            Supplier<String> requestIds,
            RandomGenerator random,
            Surroundings surroundings) {}

    Groups(PolicyFile policies, Parts parts) {
        var made = new TreeMap<String, GroupService>();
        policies.groups()
                .forEach((group, policy) -> {
                    var lobby = new Lobby();
                    var desk =
                            new GroupDesk(
                                    group,
                                    parts.store().apply(group),
                                    new GroupDesk.Parts(
                                            parts.time(),
                                            parts.requestIds(),
                                            parts.random(),
                                            parts.surroundings(),
                                            lobby));
                    var given = new GroupService.Given(policy, policies.digest(group));
                    made.put(group, new GroupService(desk, lobby, parts.time(), given));
                });
        this.services = Collections.unmodifiableSortedMap(made);
        this.time = parts.time();
    }

    void start() {
        services.values().forEach(GroupService::start);
    }

    SortedMap<String, GroupService> all() {
        return services;
    }

    Optional<GroupService> find(String group) {
        return Optional.ofNullable(services.get(group));
    }

    String unknown(String group) {
        return "there is no group '"
                + Refusals.shortened(group)
                + "' in the policy; known: "
                + String.join(", ", services.keySet());
    }

    Instant now() {
        return time.clock().instant();
    }

    @Override
    public void close() {
        services.values().forEach(GroupService::close);
    }
}
