package io.keelson.server.fleet;

import com.fasterxml.jackson.annotation.JsonProperty;

import io.keelson.omaha.ErrorCode;

import java.time.Instant;

/**
 * The last failure a host reported.
 *
 * @param version the release that failed
 * @param code without the client's flag bits
 * @param reason in the host's words, or empty
 */
record HostError(String version, int code, String reason, Instant at) {
    @JsonProperty
    String name() {
        return ErrorCode.nameOf(code);
    }
}
