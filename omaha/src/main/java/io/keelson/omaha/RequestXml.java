package io.keelson.omaha;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Requests as elements. Attribute names are those of update_engine and Omaha; our own begin with
 * {@code keelson_}.
 */
final class RequestXml {
    private static final Pattern BYTES = Pattern.compile("[0-9]{1,18}");

    /** What update_engine says on every machine. */
    private static final String LANGUAGE = "en-US";

    private RequestXml() {}

    static OmahaRequest read(XmlElement root) throws OmahaException {
        List<RequestApp> apps = new ArrayList<>();
        for (XmlElement app : root.children("app")) {
            apps.add(app(app));
        }
        String updater = root.attribute("updaterversion");
        return new OmahaRequest(
                updater.isEmpty() ? root.attribute("version") : updater,
                root.attribute("installsource"),
                root.child("os")
                        .map(os ->
                                new OmahaOs(
                                        os.attribute("platform"),
                                        os.attribute("version"),
                                        os.attribute("sp"),
                                        os.attribute("arch")))
                        .orElse(new OmahaOs("", "", "", "")),
                apps);
    }

    private static RequestApp app(XmlElement app) throws OmahaException {
        if (app.attribute("appid").isBlank()) {
            throw new OmahaException("<app> has no appid", app.line());
        }
        List<OmahaEvent> events = new ArrayList<>();
        for (XmlElement event : app.children("event")) {
            events.add(event(event));
        }
        return new RequestApp(
                app.attribute("appid"),
                app.attribute("version"),
                app.attribute("track"),
                app.attribute("board"),
                app.attribute("machineid"),
                app.attribute("bootid"),
                app.attribute("oem"),
                app.attribute("alephversion"),
                app.child("ping").isPresent(),
                app.child("updatecheck").isPresent(),
                events,
                new RequestApp.Abilities(
                        app.attribute("keelson_root_hash"),
                        words(app.attribute("keelson_capabilities"))),
                new RequestApp.Labels(app.attribute("machinealias"), app.attribute("oemversion")));
    }

    private static List<String> words(String text) {
        return Pattern.compile(" +")
                .splitAsStream(text)
                .filter(word -> !word.isEmpty())
                .limit(RequestApp.Abilities.WORDS_MAX)
                .toList();
    }

    private static OmahaEvent event(XmlElement event) throws OmahaException {
        boolean coded = !event.attribute("errorcode").isEmpty();
        return new OmahaEvent(
                number(event, "eventtype"),
                number(event, "eventresult"),
                coded ? Optional.of(number(event, "errorcode")) : Optional.empty(),
                event.attribute("previousversion"),
                event.attribute("nextversion"),
                event.attribute("keelson_reason"),
                transfer(event));
    }

    /** A host that counts in a way we do not understand has said nothing. */
    private static Optional<OmahaEvent.Transfer> transfer(XmlElement event) {
        String artifact = event.attribute("keelson_artifact");
        String bytes = event.attribute("downloaded");
        return artifact.isEmpty() || !BYTES.matcher(bytes).matches()
                ? Optional.empty()
                : Optional.of(new OmahaEvent.Transfer(artifact, Long.parseLong(bytes)));
    }

    /** Flags may use bit 31, so a code is any 32-bit number, printed with or without sign. */
    private static int number(XmlElement element, String attribute) throws OmahaException {
        String text = element.attribute(attribute);
        try {
            long value = Long.parseLong(text);
            if (value >= Integer.MIN_VALUE && value <= 0xFFFF_FFFFL) {
                return (int) value;
            }
        } catch (NumberFormatException e) {
            // Falls through to the one sentence below, which says all that the cause does.
        }
        throw new OmahaException(
                attribute + " of <" + element.name() + "> is not a number: \"" + text + "\"",
                element.line());
    }

    static XmlElement element(OmahaRequest request) {
        List<XmlElement> children = new ArrayList<>();
        OmahaOs os = request.os();
        children.add(
                XmlElement.of(
                        "os",
                        XmlElement.attributes(
                                "platform", os.platform(),
                                "version", os.version(),
                                "sp", os.servicePack(),
                                "arch", os.arch())));
        request.apps().forEach(app -> children.add(element(app)));
        return XmlElement.of(
                "request",
                XmlElement.attributes(
                        "protocol", OmahaXml.PROTOCOL,
                        "version", request.updaterVersion(),
                        "updaterversion", request.updaterVersion(),
                        "installsource", request.installSource(),
                        "ismachine", "1"),
                children);
    }

    private static XmlElement element(RequestApp app) {
        List<XmlElement> children = new ArrayList<>();
        if (app.ping()) {
            children.add(XmlElement.of("ping", XmlElement.attributes("active", "1")));
        }
        if (app.updateCheck()) {
            children.add(XmlElement.of("updatecheck", Map.of()));
        }
        app.events().forEach(event -> children.add(element(event)));
        boolean deltas = !app.abilities().capabilities().isEmpty();
        Map<String, String> attributes =
                XmlElement.attributes(
                        "appid", app.appId(),
                        "version", app.version(),
                        "track", app.track(),
                        "bootid", app.bootId(),
                        "machineid", app.machineId(),
                        "machinealias", app.labels().machineAlias(),
                        "lang", LANGUAGE,
                        "oem", app.oem(),
                        "oemversion", app.labels().oemVersion(),
                        "alephversion", app.alephVersion(),
                        "board", app.board(),
                        "hardware_class", "",
                        "delta_okay", Boolean.toString(deltas));
        putUnlessEmpty(attributes, "keelson_root_hash", app.abilities().rootHash());
        putUnlessEmpty(
                attributes,
                "keelson_capabilities",
                String.join(" ", app.abilities().capabilities()));
        return XmlElement.of("app", attributes, children);
    }

    private static XmlElement element(OmahaEvent event) {
        Map<String, String> attributes =
                XmlElement.attributes(
                        "eventtype", Integer.toString(event.type()),
                        "eventresult", Integer.toString(event.result()));
        event.errorCode().ifPresent(code -> attributes.put("errorcode", Integer.toString(code)));
        putUnlessEmpty(attributes, "previousversion", event.previousVersion());
        putUnlessEmpty(attributes, "nextversion", event.nextVersion());
        putUnlessEmpty(attributes, "keelson_reason", event.reason());
        event.transfer()
                .ifPresent(transfer -> {
                    attributes.put("keelson_artifact", transfer.artifact());
                    attributes.put("downloaded", Long.toString(transfer.downloadedBytes()));
                });
        return XmlElement.of("event", attributes);
    }

    private static void putUnlessEmpty(Map<String, String> attributes, String name, String value) {
        if (!value.isEmpty()) {
            attributes.put(name, value);
        }
    }
}
