package io.keelson.engine.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.disk.boot.ReleaseVersion;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

class TransitionsTest {
    static final Offer OFFER =
            new Offer(
                    new ReleaseVersion("1.1.0"),
                    OfferedFile.full(
                            List.of(URI.create("http://127.0.0.1/p")), 100, "a".repeat(64)),
                    List.of(
                            new OfferedFile(
                                    FileKind.DELTA,
                                    List.of(URI.create("http://127.0.0.1/d")),
                                    10,
                                    "b".repeat(64),
                                    "c".repeat(64))));
    static final PendingSwitch PENDING =
            new PendingSwitch(
                    new ReleaseVersion("1.0.0"),
                    new ReleaseVersion("1.1.0"),
                    "boot-1",
                    PendingSwitch.Kind.UPDATE);

    static final List<AgentState> STATES =
            List.of(
                    new AgentState.Idle(),
                    new AgentState.Checking(),
                    new AgentState.Available(OFFER),
                    new AgentState.Downloading(OFFER, 7),
                    new AgentState.Verifying(OFFER),
                    new AgentState.Finalizing(PENDING),
                    new AgentState.UpdatedNeedReboot(PENDING),
                    new AgentState.WaitingForLock(PENDING, 2, "held"),
                    new AgentState.Rebooting(PENDING, 41),
                    new AgentState.Confirming(PENDING),
                    new AgentState.Reporting(PENDING),
                    new AgentState.RolledBack(PENDING, "sick"));

    private static final List<AgentEvent> EVENTS =
            List.of(
                    new AgentEvent.CheckStarted(),
                    new AgentEvent.UpdateOffered(OFFER),
                    new AgentEvent.NothingToDo(),
                    new AgentEvent.DownloadStarted(),
                    new AgentEvent.Progressed(9),
                    new AgentEvent.VerificationStarted(),
                    new AgentEvent.ContentWritten(PENDING),
                    new AgentEvent.ApplyFailed(),
                    new AgentEvent.SwitchPrepared(PENDING),
                    new AgentEvent.LockDenied(2, "held"),
                    new AgentEvent.RebootCleared(41),
                    new AgentEvent.RebootOrdered(),
                    new AgentEvent.RebootNotStarted(),
                    new AgentEvent.SwitchCancelled(),
                    new AgentEvent.BootedTarget(),
                    new AgentEvent.BootedOther("sick"),
                    new AgentEvent.HealthConfirmed(),
                    new AgentEvent.Settled());

    /** State, then event and the state after it. */
    private static final Map<String, Map<String, String>> LEGAL =
            Map.ofEntries(
                    Map.entry(
                            "idle",
                            Map.of(
                                    "CheckStarted", "checking",
                                    "SwitchPrepared", "updated-needs-reboot")),
                    Map.entry(
                            "checking",
                            Map.of("UpdateOffered", "available", "NothingToDo", "idle")),
                    Map.entry(
                            "available",
                            Map.of("DownloadStarted", "downloading", "ApplyFailed", "idle")),
                    Map.entry(
                            "downloading",
                            Map.of(
                                    "Progressed", "downloading",
                                    "VerificationStarted", "verifying",
                                    "ApplyFailed", "idle")),
                    Map.entry(
                            "verifying",
                            Map.of(
                                    "Progressed", "downloading",
                                    "VerificationStarted", "verifying",
                                    "ContentWritten", "finalizing",
                                    "ApplyFailed", "idle")),
                    Map.entry(
                            "finalizing",
                            Map.of(
                                    "SwitchPrepared", "updated-needs-reboot",
                                    "ApplyFailed", "idle",
                                    "BootedTarget", "confirming",
                                    "BootedOther", "rolled-back")),
                    Map.entry("updated-needs-reboot", switched()),
                    Map.entry("waiting-for-lock", switched()),
                    Map.entry(
                            "rebooting",
                            Map.of(
                                    "RebootNotStarted", "updated-needs-reboot",
                                    "BootedTarget", "confirming",
                                    "BootedOther", "rolled-back")),
                    Map.entry(
                            "confirming",
                            Map.of(
                                    "HealthConfirmed", "reporting",
                                    "BootedTarget", "confirming",
                                    "BootedOther", "rolled-back")),
                    Map.entry("reporting", Map.of("Settled", "idle")),
                    Map.entry("rolled-back", Map.of("Settled", "idle")));

    private static Map<String, String> switched() {
        return Map.of(
                "LockDenied", "waiting-for-lock",
                "RebootCleared", "rebooting",
                "RebootOrdered", "updated-needs-reboot",
                "SwitchCancelled", "idle",
                "BootedTarget", "confirming",
                "BootedOther", "rolled-back");
    }

    static Stream<Arguments> legalEdges() {
        return edges(true);
    }

    static Stream<Arguments> illegalEdges() {
        return edges(false);
    }

    private static Stream<Arguments> edges(boolean isLegal) {
        var edges = new ArrayList<Arguments>();
        for (AgentState state : STATES) {
            for (AgentEvent event : EVENTS) {
                String next =
                        LEGAL.getOrDefault(state.text(), Map.of())
                                .get(event.getClass().getSimpleName());
                if ((next != null) == isLegal) {
                    edges.add(Arguments.of(state, event, String.valueOf(next)));
                }
            }
        }
        return edges.stream();
    }

    @ParameterizedTest
    @MethodSource("legalEdges")
    void legalEdgeLeadsToItsState(AgentState state, AgentEvent event, String next) {
        assertThat(Transitions.next(state, event).text()).isEqualTo(next);
    }

    @ParameterizedTest
    @MethodSource("illegalEdges")
    void illegalEdgeIsRefusedByName(AgentState state, AgentEvent event) {
        assertThatThrownBy(() -> Transitions.next(state, event))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        event.getClass().getSimpleName()
                                + " cannot happen in state "
                                + state.text());
    }

    static Stream<Arguments> restarts() {
        return Stream.of(
                Arguments.of("idle", "idle"),
                Arguments.of("checking", "idle"),
                Arguments.of("available", "idle"),
                Arguments.of("downloading", "idle"),
                Arguments.of("verifying", "idle"),
                Arguments.of("finalizing", "idle"),
                Arguments.of("updated-needs-reboot", "updated-needs-reboot"),
                Arguments.of("waiting-for-lock", "waiting-for-lock"),
                Arguments.of("rebooting", "rebooting"),
                Arguments.of("confirming", "confirming"),
                Arguments.of("reporting", "reporting"),
                Arguments.of("rolled-back", "rolled-back"));
    }

    @ParameterizedTest
    @MethodSource("restarts")
    void restartedDaemonKeepsOnlyWhatTheDiskKeeps(String before, String after) {
        AgentState state =
                STATES.stream().filter(s -> s.text().equals(before)).findFirst().orElseThrow();

        assertThat(Transitions.next(state, new AgentEvent.DaemonRestarted()).text())
                .isEqualTo(after);
    }
}
