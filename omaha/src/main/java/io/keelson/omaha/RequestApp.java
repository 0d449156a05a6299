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
 * @param abilities what the host can do beyond full payloads
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
        List<OmahaEvent> events,
        Abilities abilities,
        Labels labels) {
    /**
     * What people and platforms call the host.
     *
     * @param machineAlias a name an administrator gave it
     * @param oemVersion the version of the platform's own software
     */
    public record Labels(String machineAlias, String oemVersion) {
        public static final Labels NONE = new Labels("", "");
    }

    /**
     * What a server needs to know to offer a host more than the full payload.
     *
     * @param rootHash of the {@code /usr} the host runs (our attribute {@code keelson_root_hash}),
     *     or empty
     * @param capabilities payload operations and files the host understands ({@code
     *     keelson_capabilities}, words with spaces between); hosts of other systems have none
     */
    public record Abilities(String rootHash, List<String> capabilities) {
        static final int WORDS_MAX = 32;

        public static final Abilities NONE = new Abilities("", List.of());

        public Abilities {
            capabilities = List.copyOf(capabilities);
        }
    }

    public RequestApp {
        events = List.copyOf(events);
    }

    /** A host that understands full payloads only. */
    public RequestApp(
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
        this(
                appId,
                version,
                track,
                board,
                machineId,
                bootId,
                oem,
                alephVersion,
                ping,
                updateCheck,
                events,
                Abilities.NONE,
                Labels.NONE);
    }

    /** The same host with these abilities. */
    public RequestApp able(Abilities able) {
        return new RequestApp(
                appId,
                version,
                track,
                board,
                machineId,
                bootId,
                oem,
                alephVersion,
                ping,
                updateCheck,
                events,
                able,
                labels);
    }

    /** The same host under these labels. */
    public RequestApp labelled(Labels names) {
        return new RequestApp(
                appId,
                version,
                track,
                board,
                machineId,
                bootId,
                oem,
                alephVersion,
                ping,
                updateCheck,
                events,
                abilities,
                names);
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
                newEvents,
                abilities,
                labels);
    }
}
