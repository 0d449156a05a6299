package io.keelson.omaha;

import java.util.List;

/**
 * The {@code app} element of a request: one host asking about, or reporting on, one system. Texts
 * are as sent and may be empty.
 *
 * @param appId see {@link AppId}
 * @param version the release the host runs
 * @param track the channel the host follows
 * @param board the hardware family, e.g. {@code amd64-usr}
 * @param machineId the content of /etc/machine-id
 * @param bootId the kernel's boot id, with or without braces
 * @param oem the platform the host runs on, e.g. {@code qemu}
 * @param alephVersion the release the host was installed with
 * @param ping whether the host says it is alive
 * @param updateCheck whether the host asks for an update
 */
public record RequestApp(
        String appId,
        String version,
        String track,
        String board,
        String machineId,
        String bootId,
        String oem,
        String alephVersion,
        boolean ping,
        boolean updateCheck,
        List<OmahaEvent> events) {
    public RequestApp {
        events = List.copyOf(events);
    }

    /** The same host, asking for an update as well as reporting {@code events}. */
    public RequestApp checking(List<OmahaEvent> events) {
        return with(true, events);
    }

    /** The same host, only reporting {@code events}. */
    public RequestApp reporting(List<OmahaEvent> events) {
        return with(false, events);
    }

    private RequestApp with(boolean check, List<OmahaEvent> newEvents) {
        return new RequestApp(
                appId,
                version,
                track,
                board,
                machineId,
                bootId,
                oem,
                alephVersion,
                check,
                check,
                newEvents);
    }
}
