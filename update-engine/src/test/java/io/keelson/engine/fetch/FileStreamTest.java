package io.keelson.engine.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.disk.boot.Architecture;
import io.keelson.engine.server.HostIdentity;
import io.keelson.engine.server.OmahaServer;
import io.keelson.engine.server.UpdateServer;
import io.keelson.engine.state.OfferedFile;
import io.keelson.omaha.RequestApp;

import okhttp3.OkHttpClient;

import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Real HTTP over loopback; only the waiting is not real. */
class FileStreamTest {
    private static final int SIZE = 3 << 20;

    private final byte[] content = new byte[SIZE];
    private final List<Duration> waits = new ArrayList<>();
    private final Traffic traffic = new Traffic();
    private long nanos;
    private MirrorServer web;
    private UpdateServer server;

    @BeforeEach
    void listen() throws IOException {
        new Random(1).nextBytes(content);
        web = new MirrorServer();
        var identity =
                new HostIdentity(
                        "m", "b", "demo", Architecture.AMD64, "1", RequestApp.Abilities.NONE);
        server = new OmahaServer(new OkHttpClient(), web.at("/v1/update/"), identity);
    }

    @AfterEach
    void stop() {
        web.close();
    }

    @Test
    void fileThatComesWholeIsOneRequest() throws Exception {
        web.serve("/a", content);

        assertThat(fetch("/a")).isEqualTo(content);
        assertThat(web.requests).containsExactly("/a");
        assertThat(traffic.bytes()).isEqualTo(SIZE);
        assertThat(waits).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void fileGoesOnWhereItWasCutAndNoByteComesTwice(long seed) throws Exception {
        var random = new Random(seed);
        var mirror = web.serve("/a", content);
        for (int i = 0; i < 8; i++) {
            mirror.cutAfter(random.nextInt(SIZE / 6));
        }

        assertThat(fetch("/a")).as("seed " + seed).isEqualTo(content);
        assertThat(traffic.bytes()).isEqualTo(SIZE);
        assertThat(web.requests).hasSize(9);
        assertThat(web.requests.subList(1, 9)).allMatch(request -> request.contains(" bytes="));
    }

    @Test
    void serverThatIgnoresRangesIsReadPastWhatIsThere() throws Exception {
        web.serve("/a", content).ignoringRange().cutAfter(1_000_000, 2_000_000);

        assertThat(fetch("/a")).isEqualTo(content);
        assertThat(traffic.bytes()).isEqualTo(1_000_000 + 2_000_000 + SIZE);
    }

    @Test
    void serverThatDoesNotSayHowMuchComesIsStillResumed() throws Exception {
        web.serve("/a", content, "").hidingSize().cutAfter(1_500_000);

        assertThat(fetch("/a")).isEqualTo(content);
        assertThat(web.requests).hasSize(2);
    }

    @Test
    void nextMirrorGoesOnWhereTheFirstFailed() throws Exception {
        web.serve("/a", content, "\"a\"").cutAfter(1_000_000).answering(200);
        web.serve("/b", content, "\"another name for the same\"");

        byte[] read = fetch("/a", "/b");

        assertThat(read).isEqualTo(content);
        assertThat(web.requests).containsExactly("/a", "/b bytes=1000000-");
        assertThat(waits).isEmpty();
    }

    @Test
    void mirrorWithoutTheFileIsAskedOnce() throws Exception {
        web.serve("/b", content).cutAfter(500_000, 500_000);

        assertThat(fetch("/missing", "/b")).isEqualTo(content);
        assertThat(web.requests).containsOnlyOnce("/missing").hasSize(4);
    }

    @Test
    void fileThatIsReplacedOnTheWayIsNotMixed() {
        var mirror = web.serve("/a", content).cutAfter(1_000_000);
        byte[] other = Arrays.copyOf(new byte[] {9, 9, 9}, SIZE);

        try (FileStream in = open("/a")) {
            assertThat(in.readNBytes(1_000_000)).hasSize(1_000_000);
            mirror.becomes(other, "\"two\"");

            assertThatThrownBy(in::read)
                    .asInstanceOf(InstanceOfAssertFactories.type(FetchException.class))
                    .returns(FetchException.Problem.NOT_THERE, FetchException::problem)
                    .returns(10, FetchException::errorCode);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void fileOfAnotherSizeIsRefusedBeforeAByteOfIt() throws Exception {
        web.serve("/a", Arrays.copyOf(content, SIZE + 1));

        assertThatThrownBy(() -> fetch("/a"))
                .hasMessageContaining("has %d bytes and was announced with %d", SIZE + 1, SIZE)
                .asInstanceOf(InstanceOfAssertFactories.type(FetchException.class))
                .returns(FetchException.Problem.NOT_THERE, FetchException::problem)
                .returns(11, FetchException::errorCode);
        assertThat(traffic.bytes()).isZero();
    }

    @Test
    void fileThatGoesOnAfterItsEndIsRefused() {
        web.serve("/a", Arrays.copyOf(content, SIZE + 1)).hidingSize();

        assertThatThrownBy(() -> fetch("/a")).hasMessageContaining("is larger than the");
    }

    @Test
    void fileNobodyHasIsToldByItsStatus() {
        assertThatThrownBy(() -> fetch("/a", "/b"))
                .hasMessageEndingWith("/b answered with HTTP status 404")
                .asInstanceOf(InstanceOfAssertFactories.type(FetchException.class))
                .returns(FetchException.Problem.NOT_THERE, FetchException::problem)
                .returns(2404, FetchException::errorCode);
        assertThat(web.requests).containsExactly("/a", "/b");
    }

    @Test
    void busyServerIsAskedTenTimesWithGrowingWaits() {
        web.serve("/a", content).answering(503);

        assertThatThrownBy(() -> fetch("/a"))
                .asInstanceOf(InstanceOfAssertFactories.type(FetchException.class))
                .returns(FetchException.Problem.UNREACHABLE, FetchException::problem)
                .returns(2503, FetchException::errorCode);
        assertThat(web.requests).hasSize(10);
        assertThat(waits).hasSize(9);
        for (int i = 0; i < waits.size(); i++) {
            assertThat(waits.get(i)).isLessThanOrEqualTo(Duration.ofSeconds(1L << Math.min(i, 6)));
        }
        assertThat(waits.stream().distinct().count()).isGreaterThan(5);
    }

    @Test
    void progressForgivesEarlierFailures() throws Exception {
        var mirror = web.serve("/a", content);
        for (int i = 0; i < 11; i++) {
            mirror.cutAfter((int) FileStream.PROGRESS_BYTES);
        }

        assertThat(fetch("/a")).isEqualTo(content);
    }

    @Test
    void serverThatGivesAByteATimeDoesNotKeepTheHost() {
        var mirror = web.serve("/a", content);
        for (int i = 0; i < 100; i++) {
            mirror.cutAfter(1);
        }

        assertThatThrownBy(() -> fetch("/a")).isInstanceOf(FetchException.class);
        assertThat(web.requests).hasSize(10);
    }

    @Test
    void transferThatTakesAllDayIsGivenUp() throws Exception {
        web.serve("/a", content).cutAfter(1_000_000);

        try (FileStream in = open("/a")) {
            assertThat(in.readNBytes(1_000_000)).hasSize(1_000_000);
            nanos += Duration.ofHours(7).toNanos();

            assertThatThrownBy(in::read)
                    .asInstanceOf(InstanceOfAssertFactories.type(FetchException.class))
                    .returns(FetchException.Problem.UNREACHABLE, FetchException::problem);
        }
    }

    @Test
    void fileIsReadFromAnOffset() throws Exception {
        web.serve("/a", content);

        try (FileStream in = new FileStream(server, file("/a"), SIZE - 100, patience(), traffic)) {
            assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(content, SIZE - 100, SIZE));
        }
        assertThat(traffic.bytes()).isEqualTo(100);
    }

    @Test
    void whatIsNotNeededIsSkippedWithoutFetchingIt() throws Exception {
        web.serve("/a", content);

        try (FileStream in = open("/a")) {
            byte[] head = in.readNBytes(1000);
            in.seek(SIZE - 1000);
            byte[] tail = in.readAllBytes();

            assertThat(head).isEqualTo(Arrays.copyOf(content, 1000));
            assertThat(tail).isEqualTo(Arrays.copyOfRange(content, SIZE - 1000, SIZE));
        }
        assertThat(traffic.bytes()).isEqualTo(2000);
    }

    private byte[] fetch(String... paths) throws IOException {
        try (FileStream in = open(paths)) {
            return in.readAllBytes();
        }
    }

    private FileStream open(String... paths) {
        return new FileStream(server, file(paths), 0, patience(), traffic);
    }

    private OfferedFile file(String... paths) {
        List<URI> sources = Arrays.stream(paths).map(web::at).toList();
        return OfferedFile.full(sources, SIZE, "a".repeat(64));
    }

    private Patience patience() {
        return new Patience(new Random(7), () -> nanos, waits::add);
    }
}
