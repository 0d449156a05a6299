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
    private final Parts parts;
    private volatile SortedMap<String, GroupService> services = new TreeMap<>();
    private volatile Optional<String> policyProblem = Optional.empty();
    private boolean isStarted;

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
        this.parts = parts;
        use(policies);
    }

    /** Serves the groups of that file by its rules, and no others. */
    synchronized void use(PolicyFile policies) {
        var next = new TreeMap<String, GroupService>();
        policies.groups()
                .forEach((group, policy) -> {
                    var given = new GroupService.Given(policy, policies.digest(group));
                    GroupService present = services.get(group);
                    if (present == null) {
                        next.put(group, made(group, given));
                    } else {
                        present.give(given);
                        next.put(group, present);
                    }
                });
        SortedMap<String, GroupService> before = services;
        services = Collections.unmodifiableSortedMap(next);
        before.forEach((group, service) -> {
            if (!next.containsKey(group)) {
                service.close();
            }
        });
    }

    private GroupService made(String group, GroupService.Given given) {
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
        var service = new GroupService(desk, lobby, parts.time(), given);
        if (isStarted) {
            service.start();
        }
        return service;
    }

    synchronized void start() {
        isStarted = true;
        services.values().forEach(GroupService::start);
    }

    /** Why the policy file is not applied, if it is not. */
    Optional<String> policyProblem() {
        return policyProblem;
    }

    /** Whether that is news. */
    synchronized boolean refusesPolicy(Optional<String> problem) {
        boolean isNews = !policyProblem.equals(problem);
        policyProblem = problem;
        return isNews;
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
        return parts.time().clock().instant();
    }

    @Override
    public void close() {
        services.values().forEach(GroupService::close);
    }
}
