package io.keelson.engine.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.disk.boot.ReleaseVersion;
import io.keelson.engine.state.json.StateFile;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

class StateFileTest {
    private static final Instant TIME = Instant.parse("2026-01-02T03:04:05Z");

    @TempDir Path directory;

    static Stream<AgentState> states() {
        return TransitionsTest.STATES.stream();
    }

    private static final Fetched FETCHED =
            new Fetched(FileKind.CHUNK_INDEX, 7, 100, "the delta is missing");

    @Test
    void stateOfAKeelsondThatKnewFullPayloadsOnlyIsUnderstood() throws Exception {
        Path path =
                Files.writeString(
                        directory.resolve("state.json"),
                        """
                        {"format":1,"state":{"name":"downloading","doneBytes":3,"offer":{
                         "version":"1.1.0","sources":["http://127.0.0.1/p"],"sizeBytes":100,
                         "sha256":"%s"}},"firstVersion":"1.0.0"}
                        """
                                .formatted("a".repeat(64)));

        AgentState state = new StateFile(path).load("9").value().state();

        assertThat(state)
                .isEqualTo(
                        new AgentState.Downloading(
                                new Offer(
                                        new ReleaseVersion("1.1.0"),
                                        TransitionsTest.OFFER.full(),
                                        List.of()),
                                3));
    }

    @ParameterizedTest
    @MethodSource("states")
    void everyStateComesBackAsItWasSaved(AgentState state) throws Exception {
        var saved =
                new AgentRecord(
                        state,
                        List.of(
                                new BadRelease(
                                        new ReleaseVersion("1.2.0"),
                                        Optional.of("b".repeat(64)),
                                        "it said \"no\"\n",
                                        TIME)),
                        List.of(
                                new Report(
                                        3,
                                        0,
                                        OptionalInt.of(44),
                                        new Report.Versions("1.1.0", "1.1.0", "1.2.0"),
                                        "why"),
                                new Report(
                                        13,
                                        1,
                                        OptionalInt.empty(),
                                        new Report.Versions("1.1.0", "", "1.2.0"),
                                        ""),
                                new Report(
                                                14,
                                                1,
                                                OptionalInt.empty(),
                                                new Report.Versions("1.1.0", "", "1.2.0"),
                                                "the delta is missing")
                                        .of(FETCHED)),
                        new RebootTurn(
                                Optional.of(new LockDebt.Failed("why")),
                                Optional.of("racks"),
                                Optional.of("boot-8")),
                        new AgentRecord.History(
                                Optional.of(TIME),
                                Optional.of(new LastError("an error", TIME, true)),
                                Optional.of(FETCHED),
                                "1.0.0",
                                Optional.of(new Setback("ab".repeat(32), 3, TIME)),
                                Optional.of(new Pardon(TIME, TIME.plusSeconds(9))),
                                Optional.of("boot-7")));
        var file = new StateFile(directory.resolve("state.json"));

        file.save(saved);

        assertThat(file.load("9")).isEqualTo(new StateFile.Loaded(saved, true));
    }

    @Test
    void machineWithoutAFileStartsIdleAtItsFirstVersion() throws Exception {
        var file = new StateFile(directory.resolve("state.json"));

        assertThat(file.load("1.0.0"))
                .isEqualTo(new StateFile.Loaded(AgentRecord.first("1.0.0"), false));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "nonsense",
                "{\"format\":2}",
                "{\"format\":1}",
                "{\"format\":1,\"state\":{\"name\":\"idle\"},\"lastCheck\":\"noon\"}"
            })
    void unreadableFileIsKeptBesideAndForgotten(String content) throws Exception {
        Path path = Files.writeString(directory.resolve("state.json"), content);

        assertThat(new StateFile(path).load("1.0.0"))
                .isEqualTo(new StateFile.Loaded(AgentRecord.first("1.0.0"), false));

        assertThat(directory.resolve("state.json.unreadable")).hasContent(content);
    }

    @ParameterizedTest
    @ValueSource(strings = {"flying", "confirming"})
    void stateThatANewerReleaseWroteIsForgottenAndTheRestIsNot(String state) throws Exception {
        Path path =
                Files.writeString(
                        directory.resolve("state.json"),
                        """
                        {"format":1,"state":{"name":"%s"},"firstVersion":"0.9",
                         "bad":[{"version":"2.0","reason":"sick","at":"2026-01-01T00:00:00Z"}],
                         "lockDebt":{"outcome":"failed","reason":"sick"},"slotGroup":"racks"}
                        """
                                .formatted(state));

        StateFile.Loaded loaded = new StateFile(path).load("1.0.0");

        assertThat(loaded.isWhole()).isFalse();
        assertThat(loaded.value().state()).isEqualTo(new AgentState.Idle());
        assertThat(loaded.value().bad())
                .extracting(BadRelease::version)
                .containsExactly(new ReleaseVersion("2.0"));
        assertThat(loaded.value().lockDebt()).contains(new LockDebt.Failed("sick"));
        assertThat(loaded.value().slotGroup()).contains("racks");
        assertThat(loaded.value().history().firstVersion()).isEqualTo("0.9");
        assertThat(directory.resolve("state.json.unreadable")).exists();
    }

    @Test
    void whateverOthersSayTheFileStaysReadable() throws Exception {
        String flood = "\\\"\u0001ü".repeat(100_000);
        AgentRecord full = AgentRecord.first("1.0.0").withError(new LastError(flood, TIME));
        for (int i = 0; i < 50; i++) {
            var version = new ReleaseVersion("2." + i);
            full =
                    full.withBad(new BadRelease(version, Optional.empty(), flood, TIME))
                            .withReport(
                                    new Report(
                                            3,
                                            0,
                                            OptionalInt.of(1),
                                            new Report.Versions("1", "", "2"),
                                            flood));
        }
        var file = new StateFile(directory.resolve("state.json"));

        file.save(full);

        assertThat(file.load("9")).isEqualTo(new StateFile.Loaded(full, true));
    }

    @Test
    void memoryOfBadReleasesIsBounded() {
        AgentRecord memory = AgentRecord.first("1");
        for (int i = 0; i < 50; i++) {
            memory =
                    memory.withBad(
                            new BadRelease(
                                    new ReleaseVersion("2." + i), Optional.empty(), "bad", TIME));
        }

        assertThat(memory.bad()).hasSize(20);
        assertThat(memory.bad().getLast().version().text()).isEqualTo("2.49");
    }
}
