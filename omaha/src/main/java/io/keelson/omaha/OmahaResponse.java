package io.keelson.omaha;

import java.util.List;

/** The {@code response} element of protocol 3.0: what a server answers. */
public record OmahaResponse(String server, List<ResponseApp> apps) {
    public OmahaResponse {
        apps = List.copyOf(apps);
    }
}
