package io.keelson.server.fleet;

import com.fasterxml.jackson.annotation.JsonValue;

import java.util.Set;

/** Where a host is on its way from one release to the next; see {@link HostStatus}. */
enum HostState {
    UP_TO_DATE("up-to-date"),
    OFFERED("offered"),
    DOWNLOADING("downloading"),
    DOWNLOADED("downloaded"),
    REBOOT_PENDING("reboot-pending"),
    UPDATED("updated"),
    FAILED("failed"),
    ROLLED_BACK("rolled-back"),
    REFUSED("refused");

    private static final Set<HostState> UNDER_WAY =
            Set.of(OFFERED, DOWNLOADING, DOWNLOADED, REBOOT_PENDING);

    private final String text;

    HostState(String text) {
        this.text = text;
    }

    /** As shown and stored. */
    @JsonValue
    String text() {
        return text;
    }

    boolean isUnderWay() {
        return UNDER_WAY.contains(this);
    }

    static HostState of(String text) {
        for (HostState state : values()) {
            if (state.text.equals(text)) {
                return state;
            }
        }
        throw new IllegalArgumentException("not a host state: " + text);
    }
}
