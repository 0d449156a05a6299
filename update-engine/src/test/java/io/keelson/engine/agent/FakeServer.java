package io.keelson.engine.agent;

import io.keelson.engine.server.CheckAnswer;
import io.keelson.engine.server.Download;
import io.keelson.engine.server.Part;
import io.keelson.engine.server.UpdateServer;
import io.keelson.engine.state.Offer;
import io.keelson.engine.state.Report;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An update server in this process that remembers what it was told. */
final class FakeServer implements UpdateServer {
    final List<Report> reports = new ArrayList<>();
    int checks;
    int checksOnDemand;
    int downloads;
    boolean isReachable = true;

    /** What every check is answered, instead of what is offered. */
    @Nullable CheckAnswer answer;

    /** This byte of a payload is changed on the way; negative for none. */
    int damagedByte = -1;

    private final Power power;
    @Nullable TestRelease offered;
    @Nullable String downgrade;
    @Nullable Instant retry;
    Optional<Duration> interval = Optional.empty();

    FakeServer(Power power) {
        this.power = power;
    }

    @Override
    public CheckAnswer check(String version, boolean onDemand) {
        power.change("asking the server");
        checks++;
        checksOnDemand += onDemand ? 1 : 0;
        if (!isReachable) {
            return new CheckAnswer.Failed(2, "unreachable");
        }
        if (answer != null) {
            return answer;
        }
        TestRelease release = offered;
        if (release == null) {
            return new CheckAnswer.NothingNew(interval);
        }
        try {
            Offer offer = release.offer("http://127.0.0.1/update.payload");
            return new CheckAnswer.Offered(
                    new Offer(
                            offer.version(),
                            offer.full(),
                            offer.shortcuts(),
                            Optional.ofNullable(downgrade)),
                    Optional.ofNullable(retry));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public Optional<String> report(Report report) {
        if (!isReachable) {
            return Optional.of("unreachable");
        }
        power.change("reporting");
        reports.add(report);
        power.change("having reported");
        return Optional.empty();
    }

    @Override
    public Download download(URI source, Part part) throws IOException {
        power.change("downloading");
        downloads += part.isWhole() ? 1 : 0;
        TestRelease release = offered;
        if (!isReachable || release == null) {
            throw new IOException("connection refused");
        }
        byte[] bytes = Files.readAllBytes(release.payload());
        if (damagedByte >= 0) {
            bytes[damagedByte] = (byte) (bytes[damagedByte] ^ 1);
        }
        int start = (int) part.offset();
        return new Download(
                new ByteArrayInputStream(bytes, start, bytes.length - start),
                start,
                bytes.length,
                Optional.empty());
    }

    /** Types and results in order, as {@code 13/1 14/1 …}; failures with their code. */
    String events() {
        var text = new StringBuilder();
        for (Report report : reports) {
            text.append(text.isEmpty() ? "" : " ");
            text.append(report.type()).append('/').append(report.result());
            report.errorCode().ifPresent(code -> text.append(':').append(code));
        }
        return text.toString();
    }
}
