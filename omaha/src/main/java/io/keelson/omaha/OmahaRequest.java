package io.keelson.omaha;

import java.util.List;

/** The {@code request} element of protocol 3.0: what a client posts. */
public record OmahaRequest(
        String updaterVersion, String installSource, OmahaOs os, List<RequestApp> apps) {
    public OmahaRequest {
        apps = List.copyOf(apps);
    }
}
