package io.keelson.server.rollout;

import com.fasterxml.jackson.annotation.JsonValue;

/** Why a host was, or was not, offered a release; scripts rely on the texts. */
public enum DecisionReason {
    UP_TO_DATE("up-to-date"),
    OFFERED("offered"),
    CAPABILITY_MISSING("capability-missing"),
    CHANNEL_PAUSED("channel-paused"),
    UNKNOWN_CHANNEL("unknown-channel"),
    NO_RELEASE("no-release"),
    FAILED_HERE_BEFORE("failed-here-before"),
    NEWER_ON_HOST("newer-on-host"),
    UNREADABLE_VERSION("unreadable-version");

    private final String text;

    DecisionReason(String text) {
        this.text = text;
    }

    @JsonValue
    public String text() {
        return text;
    }

    public static DecisionReason of(String text) {
        for (DecisionReason reason : values()) {
            if (reason.text.equals(text)) {
                return reason;
            }
        }
        throw new IllegalArgumentException("not a decision's reason: " + text);
    }
}
