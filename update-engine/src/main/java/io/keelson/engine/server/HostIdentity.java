package io.keelson.engine.server;

import io.keelson.omaha.RequestApp;

/**
 * Who this host is to the update server.
 *
 * @param machineId /etc/machine-id, 32 hexadecimal digits
 * @param bootId the kernel's random boot id
 * @param track the channel
 * @param board architecture, as {@code amd64-usr}
 * @param firstVersion the release this machine was installed with
 * @param abilities what it understands beyond full payloads
 */
public record HostIdentity(
        String machineId,
        String bootId,
        String track,
        String board,
        String firstVersion,
        RequestApp.Abilities abilities) {}
