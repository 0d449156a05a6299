package io.keelson.engine.server;

import io.keelson.disk.boot.Architecture;
import io.keelson.omaha.AppId;
import io.keelson.omaha.ErrorCode;
import io.keelson.omaha.RequestApp;

import java.util.function.Supplier;

/**
 * Who this host is to the update server.
 *
 * @param machineId /etc/machine-id, 32 hexadecimal digits
 * @param bootId the kernel's random boot id
 * @param track the channel
 * @param processor what it runs on
 * @param firstVersion the release this machine was installed with
 * @param abilities what it understands beyond full payloads, asked for at every request because
 *     some of it takes memory that is not always there
 * @param names what it is called
 */
public record HostIdentity(
        String machineId,
        String bootId,
        String track,
        Architecture processor,
        String firstVersion,
        Supplier<RequestApp.Abilities> abilities,
        Names names) {
    /**
     * What the host and what runs on it are called.
     *
     * @param appId the application the server knows the system as
     * @param oem the platform, as its oem-release says
     * @param isServerOfImage whether the host asks the server that its image names
     */
    public record Names(
            String appId, String oem, RequestApp.Labels labels, boolean isServerOfImage) {
        /** A host of ours on no platform in particular. */
        public static final Names OURS = new Names(AppId.KEELSON, "", RequestApp.Labels.NONE, true);
    }

    /**
     * An error code as it is reported: update_engine marks what comes from hosts that an operator
     * has pointed at a server of his own, and servers mask the mark.
     */
    int flagged(int errorCode) {
        return names.isServerOfImage() ? errorCode : errorCode | ErrorCode.FLAG_OTHER_SERVER;
    }

    /** A host of ours without names, whose abilities do not change. */
    public HostIdentity(
            String machineId,
            String bootId,
            String track,
            Architecture processor,
            String firstVersion,
            RequestApp.Abilities abilities) {
        this(machineId, bootId, track, processor, firstVersion, () -> abilities, Names.OURS);
    }
}
