package io.keelson.server.fleet;

import io.keelson.omaha.AppId;
import io.keelson.omaha.OmahaEvent;
import io.keelson.omaha.OmahaRequest;
import io.keelson.omaha.OmahaResponse;
import io.keelson.omaha.PackageFile;
import io.keelson.omaha.RequestApp;
import io.keelson.omaha.ResponseApp;
import io.keelson.omaha.SidePackage;
import io.keelson.omaha.UpdateCheck;
import io.keelson.payload.downgrade.SignedDowngrade;
import io.keelson.server.release.ArtifactStore;
import io.keelson.server.release.Channel;
import io.keelson.server.release.ChannelStore;
import io.keelson.server.release.ReleaseStore;
import io.keelson.server.release.StoredRelease;
import io.keelson.server.rollout.Decision;
import io.keelson.server.rollout.DecisionReason;
import io.keelson.server.rollout.UpdatePolicy;
import io.keelson.server.rollout.Verdict;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Answers Omaha requests. Everything an app element says is stored in one transaction that is over
 * before the answer is sent, its events before its update check.
 */
@Component
class UpdateService {
    private static final Logger log = LoggerFactory.getLogger(UpdateService.class);
    private static final String SERVER = "keelson";

    /** The install source of a check that a person asked for (Omaha 3.0, request element). */
    private static final String ON_DEMAND = "ondemandupdate";

    private static final Pattern MACHINE_ID = Pattern.compile("[0-9A-Za-z-]{1,64}");
    private static final int LOCKS = 64;

    private final HostStore hosts;
    private final EventStore events;
    private final ChannelStore channels;
    private final ReleaseStore releases;
    private final ArtifactStore artifacts;
    private final TransactionTemplate transaction;
    private final InstantSource clock;

    // Two requests of one host must not both find it new, nor store one event twice.
    private final List<ReentrantLock> locks =
            Stream.generate(ReentrantLock::new).limit(LOCKS).toList();

    UpdateService(
            HostStore hosts,
            EventStore events,
            Offers offers,
            TransactionTemplate transaction,
            InstantSource clock) {
        this.hosts = hosts;
        this.events = events;
        this.channels = offers.channels();
        this.releases = offers.releases();
        this.artifacts = offers.artifacts();
        this.transaction = transaction;
        this.clock = clock;
    }

    /** What there is to offer. */
    @Component
    record Offers(ChannelStore channels, ReleaseStore releases, ArtifactStore artifacts) {}

    /**
     * @param codebase where the asking host can fetch payloads
     */
    OmahaResponse answer(OmahaRequest request, URI codebase) {
        List<ResponseApp> apps = new ArrayList<>();
        boolean onDemand = request.installSource().equals(ON_DEMAND);
        for (RequestApp app : request.apps()) {
            apps.add(answer(app, onDemand, codebase));
        }
        return new OmahaResponse(SERVER, apps);
    }

    private ResponseApp answer(RequestApp app, boolean onDemand, URI codebase) {
        if (!AppId.isKeelson(app.appId())) {
            return new ResponseApp(
                    app.appId(), ResponseApp.UNKNOWN_APPLICATION, false, 0, Optional.empty());
        }
        Verdict verdict = heard(app, onDemand);
        Optional<UpdateCheck> check =
                app.updateCheck()
                        ? Optional.of(updateCheck(verdict, app, codebase))
                        : Optional.empty();
        return new ResponseApp(app.appId(), ResponseApp.OK, app.ping(), app.events().size(), check);
    }

    private Verdict heard(RequestApp app, boolean onDemand) {
        String machineId = HostReport.bare(app.machineId());
        if (!MACHINE_ID.matcher(machineId).matches()) {
            log.warn("request ignored reason=no-machine-id track={}", app.track());
            return new Verdict.Denial(
                    DecisionReason.UNREADABLE_VERSION, "the host sent no machine id", "");
        }
        ReentrantLock lock = locks.get(Math.floorMod(machineId.hashCode(), LOCKS));
        lock.lock();
        try {
            return transaction.execute(status -> stored(machineId, app, onDemand));
        } finally {
            lock.unlock();
        }
    }

    private Verdict stored(String machineId, RequestApp app, boolean onDemand) {
        Instant now = clock.instant();
        Optional<Host> known = hosts.find(machineId);
        Host host =
                known.map(before -> before.reporting(app, now))
                        .orElseGet(() -> Host.first(machineId, app, now));
        if (known.isEmpty()) {
            hosts.save(host);
        }
        for (OmahaEvent event : app.events()) {
            host = after(host, event, now);
        }
        Verdict verdict = decide(host, onDemand, now);
        if (app.updateCheck()) {
            boolean rebooted =
                    known.filter(before ->
                                    !before.report().bootId().equals(HostReport.bare(app.bootId())))
                            .isPresent();
            host = answered(host, verdict, rebooted, now);
        }
        hosts.save(host);
        return verdict;
    }

    private Host after(Host host, OmahaEvent event, Instant now) {
        if (!events.add(host, event, now)) {
            return host;
        }
        Host fetched = HostFetch.of(event, now).map(host::with).orElse(host);
        return afterOutcome(fetched, event, now);
    }

    private Host afterOutcome(Host host, OmahaEvent event, Instant now) {
        return switch (EventOutcome.of(host, event, now)) {
            case EventOutcome.Nothing() -> host;
            case EventOutcome.Moved(HostStatus status) -> host.with(status);
            case EventOutcome.Updated(HostStatus status, String version) -> {
                events.forgetFailure(host.machineId(), version);
                log.info("host updated machine={} version={}", host.machineId(), version);
                yield host.with(status);
            }
            case EventOutcome.Failed(HostStatus status, HostError error, boolean blamesRelease) -> {
                if (blamesRelease && !error.version().isEmpty()) {
                    events.addFailure(host.machineId(), error);
                }
                log.warn(
                        "update failed machine={} version={} error={} name={}",
                        host.machineId(),
                        error.version(),
                        error.code(),
                        error.name());
                yield host.with(status);
            }
        };
    }

    private Verdict decide(Host host, boolean onDemand, Instant now) {
        Optional<Channel> channel = channels.find(host.report().track());
        Optional<StoredRelease> release = channel.flatMap(Channel::version).flatMap(releases::find);
        return UpdatePolicy.decide(
                new UpdatePolicy.Asking(
                        host.report().version(),
                        host.report().track(),
                        events.failedVersions(host.machineId()),
                        Set.copyOf(host.report().abilities().capabilities()),
                        onDemand),
                channel,
                release,
                now);
    }

    private static Host answered(Host host, Verdict verdict, boolean rebooted, Instant now) {
        return switch (verdict) {
            case Verdict.Offer(StoredRelease release, Optional<SignedDowngrade> downgrade) ->
                    host.answered(
                            host.status().offered(release.version(), rebooted),
                            new Decision(
                                    DecisionReason.OFFERED,
                                    "the host was offered "
                                            + release.version()
                                            + (downgrade.isPresent()
                                                    ? ", older than what it runs, by the channel's signed statement"
                                                    : ""),
                                    release.version(),
                                    now));
            case Verdict.Denial(DecisionReason reason, String message, String version) -> {
                boolean nothingNewer =
                        reason == DecisionReason.UP_TO_DATE
                                || reason == DecisionReason.NEWER_ON_HOST;
                HostStatus status = host.status();
                yield host.answered(
                        nothingNewer ? status.nothingNewer(rebooted) : status,
                        new Decision(reason, message, version, now));
            }
        };
    }

    private UpdateCheck updateCheck(Verdict verdict, RequestApp app, URI codebase) {
        return switch (verdict) {
            case Verdict.Offer(StoredRelease release, Optional<SignedDowngrade> downgrade) ->
                    new UpdateCheck.Update(
                            List.of(codebase),
                            new UpdateCheck.Manifest(
                                    release.version(),
                                    new PackageFile(
                                            release.payloadName(),
                                            release.payloadSizeBytes(),
                                            release.payloadSha256()),
                                    Optional.of(release.payloadSha1Base64()),
                                    others(release, app.abilities()),
                                    downgrade.map(SignedDowngrade::packed),
                                    hosts.find(HostReport.bare(app.machineId()))
                                            .flatMap(Host::retryAsked)
                                            .map(Instant::toString)));
            case Verdict.Denial denied ->
                    new UpdateCheck.NoUpdate(
                            OptionalLong.of(
                                    channels.find(app.track())
                                            .map(Channel::pollIntervalSeconds)
                                            .orElse(Channel.POLL_INTERVAL_SECONDS)));
        };
    }

    private List<SidePackage> others(StoredRelease release, RequestApp.Abilities abilities) {
        Set<String> capabilities = Set.copyOf(abilities.capabilities());
        return artifacts.usable(release.version(), abilities.rootHash(), capabilities).stream()
                .map(artifact ->
                        new SidePackage(
                                new PackageFile(
                                        artifact.name(), artifact.sizeBytes(), artifact.sha256()),
                                artifact.kind().text(),
                                artifact.sourceRootHash()))
                .toList();
    }
}
