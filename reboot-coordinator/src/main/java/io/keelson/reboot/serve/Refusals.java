package io.keelson.reboot.serve;

import io.keelson.reboot.rules.RefusalKind;

import java.time.Duration;

/** Refusals over HTTP. */
final class Refusals {
    private static final Duration RETRY = Duration.ofSeconds(30);
    private static final Duration STORE_RETRY = Duration.ofSeconds(5);
    private static final int TEXT_MAX = 100;

    private Refusals() {}

    static HttpReply reply(RefusalKind kind, String reason) {
        HttpReply reply = HttpReply.error(status(kind), kind, reason);
        return switch (kind) {
            case STORE_UNAVAILABLE -> reply.retryAfter(STORE_RETRY);
            case GROUP_HALTED,
                    OUTSIDE_WINDOW,
                    FAILED_LOCK_SEMAPHORE_FULL,
                    WOULD_BREAK_QUORUM,
                    WOULD_BREAK_WORKLOAD,
                    BLOCKED,
                    HEALTH_GATE_PENDING ->
                    reply.retryAfter(RETRY);
            case FENCED, INVALID_CLIENT_IDENTITY, UNKNOWN_GROUP, INVALID_REQUEST -> reply;
        };
    }

    private static int status(RefusalKind kind) {
        return switch (kind) {
            case GROUP_HALTED,
                    OUTSIDE_WINDOW,
                    FAILED_LOCK_SEMAPHORE_FULL,
                    WOULD_BREAK_QUORUM,
                    WOULD_BREAK_WORKLOAD,
                    BLOCKED,
                    HEALTH_GATE_PENDING ->
                    423;
            case FENCED -> 409;
            case INVALID_CLIENT_IDENTITY, UNKNOWN_GROUP, INVALID_REQUEST -> 400;
            case STORE_UNAVAILABLE -> 503;
        };
    }

    /** What a stranger sent, short enough to be said back. */
    static String shortened(String text) {
        String line = text.replaceAll("\\p{Cntrl}+", " ");
        return line.length() <= TEXT_MAX ? line : line.substring(0, TEXT_MAX) + "…";
    }
}
