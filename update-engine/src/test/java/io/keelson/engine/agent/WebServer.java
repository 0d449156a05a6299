package io.keelson.engine.agent;

import io.keelson.disk.boot.Architecture;
import io.keelson.engine.fetch.MirrorServer;
import io.keelson.engine.server.CheckAnswer;
import io.keelson.engine.server.Download;
import io.keelson.engine.server.HostIdentity;
import io.keelson.engine.server.OmahaServer;
import io.keelson.engine.server.Part;
import io.keelson.engine.server.UpdateServer;
import io.keelson.engine.state.Offer;
import io.keelson.engine.state.Report;
import io.keelson.omaha.RequestApp;

import okhttp3.OkHttpClient;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Answers checks in this process; what it offers is fetched over real HTTP. */
final class WebServer implements UpdateServer, AutoCloseable {
    final MirrorServer web;
    final List<Report> reports = new ArrayList<>();
    @Nullable Offer offered;

    private final UpdateServer transfers;

    WebServer() throws IOException {
        web = new MirrorServer();
        transfers =
                new OmahaServer(
                        new OkHttpClient(),
                        web.at("/v1/update/"),
                        new HostIdentity(
                                "m",
                                "b",
                                "demo",
                                Architecture.AMD64,
                                "1",
                                RequestApp.Abilities.NONE));
    }

    @Override
    public CheckAnswer check(String version, boolean onDemand) {
        Offer offer = offered;
        return offer == null || offer.version().text().equals(version)
                ? new CheckAnswer.NothingNew(Optional.empty())
                : new CheckAnswer.Offered(offer);
    }

    @Override
    public Optional<String> report(Report report) {
        reports.add(report);
        return Optional.empty();
    }

    @Override
    public Download download(URI source, Part part) throws IOException {
        return transfers.download(source, part);
    }

    @Override
    public void close() {
        web.close();
    }
}
