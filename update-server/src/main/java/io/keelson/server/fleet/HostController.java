package io.keelson.server.fleet;

import io.keelson.server.api.ApiProblem;
import io.keelson.server.rollout.Decision;

import org.springframework.http.HttpStatus;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** The fleet over the API: which hosts there are, how they are, and why. */
@RestController
@RequestMapping("/api/hosts")
class HostController {
    private final HostStore hosts;
    private final EventStore events;
    private final TransactionTemplate transaction;
    private final InstantSource clock;

    HostController(
            HostStore hosts,
            EventStore events,
            TransactionTemplate transaction,
            InstantSource clock) {
        this.hosts = hosts;
        this.events = events;
        this.transaction = transaction;
        this.clock = clock;
    }

    /** One host, flat, for scripts and the fleet page. */
    record Summary(
            String machineId,
            String machineAlias,
            String bootId,
            String version,
            String previousVersion,
            String targetVersion,
            String track,
            String board,
            String oem,
            String alephVersion,
            HostState state,
            Instant firstSeen,
            Instant lastSeen,
            Optional<Instant> lastCheck,
            Optional<HostError> lastError,
            Optional<Decision> decision,
            Optional<HostFetch> lastFetch,
            Optional<Instant> retryAsked,
            List<String> capabilities) {
        static Summary of(Host host) {
            return new Summary(
                    host.machineId(),
                    host.report().alias(),
                    host.report().bootId(),
                    host.report().version(),
                    host.report().previousVersion(),
                    host.status().target(),
                    host.report().track(),
                    host.report().board(),
                    host.report().oem(),
                    host.report().alephVersion(),
                    host.status().state(),
                    host.seen().first(),
                    host.seen().last(),
                    host.seen().lastCheck(),
                    host.status().lastError(),
                    host.decision(),
                    host.fetch(),
                    host.retryAsked(),
                    host.report().abilities().capabilities());
        }
    }

    /** One host with what it has reported. */
    record Detail(
            @com.fasterxml.jackson.annotation.JsonUnwrapped Summary host,
            TreeSet<String> failedVersions,
            List<EventStore.StoredEvent> events) {}

    /** Why the last check was answered as it was, and what the last release was fetched from. */
    record Why(
            String machineId,
            String version,
            String track,
            Decision decision,
            Optional<HostFetch> lastFetch) {}

    @GetMapping
    List<Summary> list() {
        return hosts.list().stream().map(Summary::of).toList();
    }

    @GetMapping("/{machineId}")
    Detail show(@PathVariable String machineId) {
        return detail(find(machineId));
    }

    @GetMapping("/{machineId}/why")
    Why why(@PathVariable String machineId) {
        Host host = find(machineId);
        Decision decision =
                host.decision()
                        .orElseThrow(() ->
                                new ApiProblem(
                                        HttpStatus.NOT_FOUND,
                                        "no-decision",
                                        "host " + machineId + " has not asked for an update yet"));
        return new Why(
                host.machineId(),
                host.report().version(),
                host.report().track(),
                decision,
                host.fetch());
    }

    /** Lets the host be offered again what it has given up, and told to forget that it had. */
    @PostMapping("/{machineId}/retry")
    Detail retry(@PathVariable String machineId) {
        Instant now = clock.instant();
        transaction.executeWithoutResult(status -> {
            events.forgetFailures(machineId);
            hosts.askRetry(machineId, now);
        });
        return show(machineId);
    }

    private Detail detail(Host host) {
        return new Detail(
                Summary.of(host),
                new TreeSet<>(events.failedVersions(host.machineId())),
                events.events(host.machineId()));
    }

    private Host find(String machineId) {
        return hosts.find(machineId)
                .orElseThrow(() ->
                        new ApiProblem(
                                HttpStatus.NOT_FOUND,
                                "unknown-host",
                                "no host " + machineId + " has called in yet"));
    }
}
