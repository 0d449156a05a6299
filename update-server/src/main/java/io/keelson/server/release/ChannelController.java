package io.keelson.server.release;

import io.keelson.payload.downgrade.SignedDowngrade;
import io.keelson.server.api.ApiProblem;

import jakarta.servlet.http.HttpServletRequest;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** Channels over the API: list, promote, pause, resume, and the way to an older release. */
@RestController
@RequestMapping("/api/channels")
class ChannelController {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");
    private static final long POLL_INTERVAL_SECONDS_MAX = 86_400;

    private final ChannelStore channels;
    private final ReleaseStore releases;
    private final InstantSource clock;
    private final DowngradeCheck downgrades;
    private final ReentrantLock changes = new ReentrantLock();

    ChannelController(
            ChannelStore channels,
            ReleaseStore releases,
            DowngradeCheck downgrades,
            InstantSource clock) {
        this.channels = channels;
        this.releases = releases;
        this.downgrades = downgrades;
        this.clock = clock;
    }

    /** What a promotion may set; what is absent stays as it is. */
    record ChannelChange(@Nullable String version, @Nullable Long pollIntervalSeconds) {}

    @GetMapping
    List<Channel> list() {
        return channels.list();
    }

    @GetMapping("/{name}")
    Channel show(@PathVariable String name) {
        return channels.find(name).orElseThrow(() -> unknown(name));
    }

    /** Makes the channel when it does not exist. */
    @PutMapping("/{name}")
    Channel promote(@PathVariable String name, @RequestBody ChannelChange change) {
        if (!NAME.matcher(name).matches()) {
            throw new ApiProblem(
                    HttpStatus.BAD_REQUEST,
                    "invalid-channel",
                    "a channel's name is lower-case letters, digits, '.', '_' and '-': " + name);
        }
        Optional<String> version = Optional.ofNullable(change.version());
        version.ifPresent(this::requirePublished);
        Optional<Long> poll = Optional.ofNullable(change.pollIntervalSeconds());
        poll.ifPresent(ChannelController::requirePollInterval);
        changes.lock();
        try {
            Channel now =
                    channels.find(name)
                            .orElse(
                                    new Channel(
                                            name,
                                            Optional.empty(),
                                            false,
                                            Channel.POLL_INTERVAL_SECONDS,
                                            clock.instant()));
            return save(
                    new Channel(
                            name,
                            version.or(now::version),
                            now.paused(),
                            poll.orElse(now.pollIntervalSeconds()),
                            clock.instant(),
                            now.downgrade()));
        } finally {
            changes.unlock();
        }
    }

    @PostMapping("/{name}/pause")
    Channel pause(@PathVariable String name) {
        return change(name, channel -> paused(channel, true));
    }

    @PostMapping("/{name}/resume")
    Channel resume(@PathVariable String name) {
        return change(name, channel -> paused(channel, false));
    }

    /** Lets the channel's hosts go to an older release, as the maintainer's statement says. */
    @PutMapping("/{name}/downgrade")
    Channel allowDowngrade(@PathVariable String name, HttpServletRequest request)
            throws IOException {
        byte[] body = request.getInputStream().readNBytes(SignedDowngrade.BYTES_MAX + 1);
        String text = new String(body, StandardCharsets.UTF_8);
        return change(
                name,
                channel -> {
                    Instant now = clock.instant();
                    downgrades.require(channel, text, now);
                    return channel.withDowngrade(Optional.of(text), now);
                });
    }

    @DeleteMapping("/{name}/downgrade")
    Channel withdrawDowngrade(@PathVariable String name) {
        return change(name, channel -> channel.withDowngrade(Optional.empty(), clock.instant()));
    }

    private Channel paused(Channel channel, boolean paused) {
        return new Channel(
                channel.name(),
                channel.version(),
                paused,
                channel.pollIntervalSeconds(),
                clock.instant(),
                channel.downgrade());
    }

    private Channel change(String name, UnaryOperator<Channel> change) {
        changes.lock();
        try {
            return save(change.apply(show(name)));
        } finally {
            changes.unlock();
        }
    }

    private Channel save(Channel channel) {
        channels.save(channel);
        return channel;
    }

    private void requirePublished(String version) {
        if (releases.find(version).filter(StoredRelease::isPublished).isEmpty()) {
            throw new ApiProblem(
                    HttpStatus.NOT_FOUND,
                    "unknown-release",
                    "release " + version + " is not published here; publish it first");
        }
    }

    private static void requirePollInterval(long seconds) {
        if (seconds < 1 || seconds > POLL_INTERVAL_SECONDS_MAX) {
            throw new ApiProblem(
                    HttpStatus.BAD_REQUEST,
                    "invalid-poll-interval",
                    "pollIntervalSeconds is not between 1 and 86400: " + seconds);
        }
    }

    private static ApiProblem unknown(String name) {
        return new ApiProblem(
                HttpStatus.NOT_FOUND,
                "unknown-channel",
                "there is no channel " + name + "; promote a release to it to make it");
    }
}
