package io.keelson.omaha;

/** The {@code os} element: what the client says about its platform; any part may be empty. */
public record OmahaOs(String platform, String version, String servicePack, String arch) {}
