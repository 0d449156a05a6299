package io.keelson.engine.server;

import io.keelson.disk.boot.ReleaseVersion;
import io.keelson.engine.state.FileKind;
import io.keelson.engine.state.Offer;
import io.keelson.engine.state.OfferedFile;
import io.keelson.engine.state.Report;
import io.keelson.omaha.AppId;
import io.keelson.omaha.ErrorCode;
import io.keelson.omaha.OmahaEvent;
import io.keelson.omaha.OmahaException;
import io.keelson.omaha.OmahaOs;
import io.keelson.omaha.OmahaRequest;
import io.keelson.omaha.OmahaResponse;
import io.keelson.omaha.OmahaXml;
import io.keelson.omaha.PackageFile;
import io.keelson.omaha.RequestApp;
import io.keelson.omaha.ResponseApp;
import io.keelson.omaha.SidePackage;
import io.keelson.omaha.UpdateCheck;

import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** An update server that speaks Omaha 3.0 over HTTP. */
public final class OmahaServer implements UpdateServer {
    private static final String UPDATER = "keelsond-0.1";
    private static final Duration CHECK_TIMEOUT = Duration.ofSeconds(60);
    private static final MediaType XML = MediaType.get(OmahaXml.CONTENT_TYPE);

    /**
     * How Nebraska says that a rule of the group keeps an update back; nothing is wrong then, and
     * asking faster would not help.
     */
    private static final Set<String> POLICY_STATUSES =
            Set.of(
                    "error-noPackageFound",
                    "error-maxUpdatesPerPeriodLimitReached",
                    "error-maxConcurrentUpdatesLimitReached",
                    "error-maxTimedOutUpdatesLimitReached",
                    "error-updatesDisabled",
                    "error-updateInProgressOnInstance");

    private final OkHttpClient http;
    private final HttpDownloads downloads;
    private final URI address;
    private final HostIdentity identity;

    public OmahaServer(OkHttpClient http, URI address, HostIdentity identity) {
        this.downloads = new HttpDownloads(http);
        this.http = HttpDownloads.patient(http).newBuilder().callTimeout(CHECK_TIMEOUT).build();
        this.address = address;
        this.identity = identity;
    }

    @Override
    public CheckAnswer check(String version, boolean onDemand) {
        RequestApp app = app(version).checking(List.of());
        try {
            OmahaResponse response = post(app, onDemand ? "ondemandupdate" : "scheduler");
            return answer(response);
        } catch (HttpStatusException e) {
            return new CheckAnswer.Failed(
                    ErrorCode.HTTP_STATUS_BASE + e.status(), String.valueOf(e.getMessage()));
        } catch (OmahaException e) {
            return new CheckAnswer.Failed(
                    ErrorCode.OMAHA_XML_PARSE,
                    "the answer of " + address + " is no Omaha response: " + e.getMessage());
        } catch (IOException e) {
            return new CheckAnswer.Failed(
                    ErrorCode.OMAHA_REQUEST, "asking " + address + " failed: " + e.getMessage());
        }
    }

    private CheckAnswer answer(OmahaResponse response) {
        Optional<ResponseApp> app =
                response.apps().stream()
                        .filter(a -> AppId.isSame(a.appId(), identity.names().appId()))
                        .findFirst();
        if (app.isEmpty() || app.get().updateCheck().isEmpty()) {
            String status = app.map(ResponseApp::status).orElse("no app");
            return invalid("the server did not answer the update check: " + status);
        }
        return switch (app.get().updateCheck().get()) {
            case UpdateCheck.NoUpdate(var seconds) ->
                    new CheckAnswer.NothingNew(
                            seconds.isPresent()
                                    ? Optional.of(Duration.ofSeconds(seconds.getAsLong()))
                                    : Optional.empty());
            case UpdateCheck.Failure(var status) -> refused(app.get().status(), status);
            case UpdateCheck.Update update -> offer(update);
        };
    }

    private static CheckAnswer refused(String appStatus, String checkStatus) {
        return POLICY_STATUSES.contains(appStatus)
                ? new CheckAnswer.Withheld("the server gives out no update now: " + appStatus)
                : invalid(
                        "the server refused the update check: %s (%s)"
                                .formatted(checkStatus, appStatus));
    }

    private static CheckAnswer offer(UpdateCheck.Update update) {
        var manifest = update.manifest();
        if (!ReleaseVersion.isValid(manifest.version())) {
            return invalid("the server offers an impossible version: " + manifest.version());
        }
        PackageFile full = manifest.full();
        return new CheckAnswer.Offered(
                new Offer(
                        new ReleaseVersion(manifest.version()),
                        OfferedFile.full(update.uris(full), full.sizeBytes(), full.sha256Hex()),
                        shortcuts(update),
                        manifest.downgrade()),
                manifest.retry().flatMap(OmahaServer::moment));
    }

    /** What is no moment is no wish that this release knows. */
    private static Optional<Instant> moment(String text) {
        try {
            return Optional.of(Instant.parse(text));
        } catch (DateTimeParseException _) {
            return Optional.empty();
        }
    }

    /** A kind that only later releases know is passed over. */
    private static List<OfferedFile> shortcuts(UpdateCheck.Update update) {
        var shortcuts = new ArrayList<OfferedFile>();
        for (SidePackage other : update.manifest().others()) {
            PackageFile file = other.file();
            FileKind.of(other.kind())
                    .filter(kind -> kind != FileKind.FULL)
                    .ifPresent(kind ->
                            shortcuts.add(
                                    new OfferedFile(
                                            kind,
                                            update.uris(file),
                                            file.sizeBytes(),
                                            file.sha256Hex(),
                                            other.sourceRootHash())));
        }
        return shortcuts;
    }

    private static CheckAnswer.Failed invalid(String reason) {
        return new CheckAnswer.Failed(ErrorCode.OMAHA_RESPONSE_INVALID, reason);
    }

    @Override
    public Optional<String> report(Report report) {
        var versions = report.versions();
        var event =
                new OmahaEvent(
                        report.type(),
                        report.result(),
                        report.errorCode().isPresent()
                                ? Optional.of(identity.flagged(report.errorCode().getAsInt()))
                                : Optional.empty(),
                        versions.previous(),
                        versions.next(),
                        report.reason(),
                        report.fetched()
                                .map(fetched ->
                                        new OmahaEvent.Transfer(
                                                fetched.kind().text(), fetched.receivedBytes())));
        try {
            OmahaResponse _ = post(app(versions.running()).reporting(List.of(event)), "scheduler");
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("reporting to " + address + " failed: " + e.getMessage());
        }
    }

    @Override
    public Download download(URI source, Part part) throws IOException {
        return downloads.download(source, part);
    }

    private RequestApp app(String version) {
        var names = identity.names();
        return new RequestApp(
                        names.appId(),
                        version,
                        identity.track(),
                        identity.processor().board(),
                        identity.machineId(),
                        identity.bootId(),
                        names.oem(),
                        identity.firstVersion(),
                        false,
                        false,
                        List.of())
                .able(identity.abilities().get())
                .labelled(names.labels());
    }

    private OmahaResponse post(RequestApp app, String installSource) throws IOException {
        String processor = identity.processor().kernelName();
        var request =
                new OmahaRequest(
                        UPDATER,
                        installSource,
                        new OmahaOs(
                                "Keelson",
                                app.version(),
                                app.version() + "_" + processor,
                                processor),
                        List.of(app));
        var body = new ByteArrayOutputStream();
        OmahaXml.writeRequest(request, body);
        Request post =
                new Request.Builder()
                        .url(HttpDownloads.url(address))
                        .post(RequestBody.create(body.toByteArray(), XML))
                        .build();
        try (Response response = http.newCall(post).execute()) {
            if (response.code() != 200) {
                throw new HttpStatusException(address, response.code());
            }
            return OmahaXml.readResponse(response.body().byteStream());
        }
    }
}
