package io.keelson.omaha;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Responses as elements. A client takes the first manifest and its first package, and of the others
 * those that are marked as ours.
 */
final class ResponseXml {
    private static final int SHA256_BYTES = 32;
    private static final int SHA256_HEX_DIGITS = 64;

    private static final int PACKAGES_MAX = 64;
    private static final String DOWNGRADE = "keelson_downgrade";
    private static final String RETRY = "keelson_retry";
    private static final String KIND = "keelson_kind";
    private static final String SOURCE_ROOT_HASH = "keelson_source_root_hash";

    private ResponseXml() {}

    static OmahaResponse read(XmlElement root) throws OmahaException {
        List<ResponseApp> apps = new ArrayList<>();
        for (XmlElement app : root.children("app")) {
            Optional<XmlElement> check = app.child("updatecheck");
            apps.add(
                    new ResponseApp(
                            app.attribute("appid"),
                            app.attribute("status"),
                            app.child("ping").isPresent(),
                            app.children("event").size(),
                            check.isPresent()
                                    ? Optional.of(updateCheck(check.get()))
                                    : Optional.empty()));
        }
        return new OmahaResponse(root.attribute("server"), apps);
    }

    private static UpdateCheck updateCheck(XmlElement check) throws OmahaException {
        return switch (check.attribute("status")) {
            case "ok" -> new UpdateCheck.Update(codebases(check), manifest(check));
            case "noupdate" -> new UpdateCheck.NoUpdate(pollInterval(check));
            case String status -> new UpdateCheck.Failure(status);
        };
    }

    private static OptionalLong pollInterval(XmlElement check) throws OmahaException {
        String text = check.attribute("PollInterval");
        return text.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(positive(check, "PollInterval", text));
    }

    private static List<URI> codebases(XmlElement check) throws OmahaException {
        List<URI> codebases = new ArrayList<>();
        for (XmlElement url : one(check, "urls").children("url")) {
            codebases.add(codebase(url));
        }
        if (codebases.isEmpty()) {
            throw new OmahaException("<urls> has no <url>", check.line());
        }
        return codebases;
    }

    private static URI codebase(XmlElement url) throws OmahaException {
        String text = url.attribute("codebase");
        try {
            URI uri = new URI(text.endsWith("/") ? text : text + "/");
            String scheme = uri.getScheme() == null ? "" : uri.getScheme();
            boolean web = scheme.equalsIgnoreCase("http") || scheme.equalsIgnoreCase("https");
            if (web && uri.getHost() != null) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // Falls through to the one sentence below, which says all that the cause does.
        }
        throw new OmahaException("codebase is not an http address: \"" + text + "\"", url.line());
    }

    private static UpdateCheck.Manifest manifest(XmlElement check) throws OmahaException {
        XmlElement manifest = one(check, "manifest");
        XmlElement packages = one(manifest, "packages");
        XmlElement file = one(packages, "package");
        String sha1 = file.attribute("hash");
        try {
            return new UpdateCheck.Manifest(
                    manifest.attribute("version"),
                    new PackageFile(
                            file.attribute("name"),
                            positive(file, "size", file.attribute("size")),
                            sha256(manifest, file)),
                    sha1.isEmpty() ? Optional.empty() : Optional.of(sha1),
                    others(packages),
                    optional(manifest, DOWNGRADE),
                    optional(manifest, RETRY));
        } catch (IllegalArgumentException e) {
            throw new OmahaException("<package> is unusable: " + e.getMessage(), file.line());
        }
    }

    private static Optional<String> optional(XmlElement element, String name) {
        return Optional.of(element.attribute(name)).filter(text -> !text.isEmpty());
    }

    private static List<SidePackage> others(XmlElement packages) {
        List<SidePackage> others = new ArrayList<>();
        List<XmlElement> files = packages.children("package");
        for (XmlElement file : files.subList(1, Math.min(files.size(), PACKAGES_MAX))) {
            if (!file.attribute(KIND).isEmpty()) {
                other(file).ifPresent(others::add);
            }
        }
        return others;
    }

    /** The full package is there, so one that makes no sense is no reason to refuse the answer. */
    private static Optional<SidePackage> other(XmlElement file) {
        try {
            return Optional.of(
                    new SidePackage(
                            new PackageFile(
                                    file.attribute("name"),
                                    positive(file, "size", file.attribute("size")),
                                    file.attribute("hash_sha256")),
                            file.attribute(KIND),
                            file.attribute(SOURCE_ROOT_HASH)));
        } catch (OmahaException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /**
     * The fingerprint is hex by the protocol, base64 from some servers, and of update_engine's
     * servers only in the postinstall action.
     */
    private static String sha256(XmlElement manifest, XmlElement file) throws OmahaException {
        String text = file.attribute("hash_sha256");
        if (text.length() == SHA256_HEX_DIGITS) {
            return text.toLowerCase(Locale.ROOT);
        }
        String base64 = text.isEmpty() ? postinstallSha256(manifest) : text;
        byte[] digest = Base64.getDecoder().decode(base64);
        if (digest.length != SHA256_BYTES) {
            throw new OmahaException("<package> has no SHA-256", file.line());
        }
        return HexFormat.of().formatHex(digest);
    }

    private static String postinstallSha256(XmlElement manifest) {
        return manifest.children("actions").stream()
                .flatMap(actions -> actions.children("action").stream())
                .filter(action -> action.attribute("event").equals("postinstall"))
                .map(action -> action.attribute("sha256"))
                .findFirst()
                .orElse("");
    }

    private static long positive(XmlElement element, String name, String text)
            throws OmahaException {
        try {
            long value = Long.parseLong(text);
            if (value > 0) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Falls through to the one sentence below, which says all that the cause does.
        }
        throw new OmahaException(
                name + " of <" + element.name() + "> is not a positive number: \"" + text + "\"",
                element.line());
    }

    private static XmlElement one(XmlElement parent, String child) throws OmahaException {
        return parent.child(child)
                .orElseThrow(() ->
                        new OmahaException(
                                "<" + parent.name() + "> has no <" + child + ">", parent.line()));
    }

    static XmlElement element(OmahaResponse response) {
        List<XmlElement> children = new ArrayList<>();
        children.add(XmlElement.of("daystart", XmlElement.attributes("elapsed_seconds", "0")));
        response.apps().forEach(app -> children.add(element(app)));
        return XmlElement.of(
                "response",
                XmlElement.attributes("protocol", OmahaXml.PROTOCOL, "server", response.server()),
                children);
    }

    private static XmlElement element(ResponseApp app) {
        Map<String, String> ok = XmlElement.attributes("status", "ok");
        List<XmlElement> children = new ArrayList<>();
        if (app.ping()) {
            children.add(XmlElement.of("ping", ok));
        }
        for (int i = 0; i < app.events(); i++) {
            children.add(XmlElement.of("event", ok));
        }
        app.updateCheck().ifPresent(check -> children.add(element(check)));
        return XmlElement.of(
                "app",
                XmlElement.attributes("appid", app.appId(), "status", app.status()),
                children);
    }

    private static XmlElement element(UpdateCheck check) {
        return switch (check) {
            case UpdateCheck.NoUpdate(OptionalLong pollInterval) -> {
                Map<String, String> attributes = XmlElement.attributes("status", "noupdate");
                pollInterval.ifPresent(s -> attributes.put("PollInterval", Long.toString(s)));
                yield XmlElement.of("updatecheck", attributes);
            }
            case UpdateCheck.Failure(String status) ->
                    XmlElement.of("updatecheck", XmlElement.attributes("status", status));
            case UpdateCheck.Update update ->
                    XmlElement.of(
                            "updatecheck",
                            XmlElement.attributes("status", "ok"),
                            XmlElement.of(
                                    "urls",
                                    Map.of(),
                                    update.codebases().stream()
                                            .map(ResponseXml::codebaseElement)
                                            .toList()),
                            manifestElement(update.manifest()));
        };
    }

    private static XmlElement codebaseElement(URI uri) {
        return XmlElement.of("url", XmlElement.attributes("codebase", uri.toString()));
    }

    private static XmlElement manifestElement(UpdateCheck.Manifest manifest) {
        List<XmlElement> packages = new ArrayList<>();
        Map<String, String> file = XmlElement.attributes("name", manifest.full().name());
        manifest.sha1Base64().ifPresent(sha1 -> file.put("hash", sha1));
        file.put("hash_sha256", manifest.full().sha256Hex());
        file.put("size", Long.toString(manifest.full().sizeBytes()));
        file.put("required", "true");
        packages.add(XmlElement.of("package", file));
        manifest.others().forEach(other -> packages.add(packageElement(other)));
        byte[] sha256 = HexFormat.of().parseHex(manifest.full().sha256Hex());
        Map<String, String> release = XmlElement.attributes("version", manifest.version());
        manifest.downgrade().ifPresent(statement -> release.put(DOWNGRADE, statement));
        manifest.retry().ifPresent(wish -> release.put(RETRY, wish));
        return XmlElement.of(
                "manifest",
                release,
                XmlElement.of("packages", Map.of(), packages),
                XmlElement.of(
                        "actions",
                        Map.of(),
                        XmlElement.of(
                                "action",
                                XmlElement.attributes(
                                        "event", "postinstall",
                                        "sha256", Base64.getEncoder().encodeToString(sha256),
                                        "DisablePayloadBackoff", "true"))));
    }

    private static XmlElement packageElement(SidePackage other) {
        Map<String, String> attributes =
                XmlElement.attributes(
                        "name",
                        other.file().name(),
                        "hash_sha256",
                        other.file().sha256Hex(),
                        "size",
                        Long.toString(other.file().sizeBytes()),
                        "required",
                        "false",
                        KIND,
                        other.kind());
        if (!other.sourceRootHash().isEmpty()) {
            attributes.put(SOURCE_ROOT_HASH, other.sourceRootHash());
        }
        return XmlElement.of("package", attributes);
    }
}
