package io.keelson.omaha;

import java.util.Optional;

/**
 * The {@code app} element of a response.
 *
 * @param appId as the client sent it
 * @param status {@link #OK} or one of the error texts
 * @param ping whether the request's ping is acknowledged
 * @param events how many events are acknowledged
 */
public record ResponseApp(
        String appId, String status, boolean ping, int events, Optional<UpdateCheck> updateCheck) {
    public static final String OK = "ok";
    public static final String UNKNOWN_APPLICATION = "error-unknownApplication";
}
