package io.keelson.engine.lock;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.engine.lock.BrokenProxy.Harm;
import io.keelson.reboot.client.Coordinators;
import io.keelson.reboot.client.RemoteLock;
import io.keelson.reboot.group.HolderState;
import io.keelson.reboot.rules.CommitAnswer;
import io.keelson.reboot.rules.LockAnswer;
import io.keelson.reboot.rules.NodeIdentity;
import io.keelson.reboot.rules.Outcome;
import io.keelson.reboot.rules.RefusalKind;
import io.keelson.reboot.rules.ReleaseAnswer;

import okhttp3.OkHttpClient;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** A host's turn with a real coordinator, and with what may stand in its place. */
class CoordinatorSlotsTest {
    private static final String OLD = "1.0.0";
    private static final String NEW = "1.1.0";

    @TempDir Path directory;
    private RealCoordinator coordinator;
    private BrokenProxy proxy;

    @BeforeEach
    void serve() throws IOException {
        coordinator = RealCoordinator.start(directory);
        proxy = new BrokenProxy(coordinator.address());
    }

    @AfterEach
    void stop() throws InterruptedException {
        proxy.close();
        coordinator.close();
    }

    @Test
    void aTurnGoesFromTheGrantThroughTheRebootToTheRelease() throws IOException {
        var before = slots("host-a", "boot-1", OLD);
        long fence = granted(before.request(OLD));
        before.tell(fence, HolderState.DRAINING);
        String draining = coordinator.group();
        CommitAnswer commit = before.commit(fence);
        before.tell(fence, HolderState.REBOOTING);
        String rebooting = coordinator.group();

        var after = slots("host-a", "boot-2", NEW);
        after.tellReturned();
        String returned = coordinator.group();
        ReleaseAnswer release = after.release(new Outcome.Healthy());

        assertThat(commit).isEqualTo(new CommitAnswer.Committed());
        assertThat(release).isEqualTo(new ReleaseAnswer.Released(false));
        assertThat(draining).contains("\"state\":\"draining\"");
        assertThat(rebooting).contains("\"state\":\"rebooting\"");
        assertThat(returned).contains("\"state\":\"returned\"");
        assertThat(coordinator.group()).contains("\"holders\":[]", "\"used\":0");
    }

    @Test
    void aHostInLineIsWokenTheMomentItsTurnComes() throws Exception {
        var first = slots("host-a", "boot-1", OLD);
        long fence = granted(first.request(OLD));
        var second = slots("host-b", "boot-1", OLD);
        var woken = new CountDownLatch(1);
        second.whenAnswered(woken::countDown);
        LockAnswer waits = second.request(OLD);
        LockAnswer stillWaits = second.request(OLD);

        first.release(new Outcome.Abandoned("not today"));
        woken.await();

        assertThat(waits)
                .isInstanceOfSatisfying(
                        LockAnswer.Queued.class,
                        queued -> {
                            assertThat(queued.position()).isEqualTo(1);
                            assertThat(queued.kind())
                                    .isEqualTo(RefusalKind.FAILED_LOCK_SEMAPHORE_FULL);
                            assertThat(queued.reason())
                                    .isEqualTo("all 1 slots are held, by host-a (granted)");
                        });
        assertThat(stillWaits).isSameAs(waits);
        assertThat(second.lookAgain()).isGreaterThan(CoordinatorSlots.LOOK_AGAIN);
        assertThat(second.isGrantedUnseen()).isTrue();
        assertThat(granted(second.request(OLD))).isGreaterThan(fence);
    }

    @Test
    void aHostThatGivesUpLeavesTheLineToTheNext() throws Exception {
        var first = slots("host-a", "boot-1", OLD);
        granted(first.request(OLD));
        var second = slots("host-b", "boot-1", OLD);
        second.request(OLD);
        var third = slots("host-c", "boot-1", OLD);
        var woken = new CountDownLatch(1);
        third.whenAnswered(woken::countDown);
        third.request(OLD);

        ReleaseAnswer givenUp = second.release(new Outcome.Abandoned("an operator cancelled"));
        first.release(new Outcome.Abandoned("not today"));
        woken.await();

        assertThat(givenUp).isEqualTo(new ReleaseAnswer.NotHolder());
        assertThat(third.request(OLD)).isInstanceOf(LockAnswer.Granted.class);
    }

    /** Its successor may ask in another group. */
    @Test
    void aHostWhoseSettingsChangeTakesItsRequestBackAndKeepsASlotItHolds() throws Exception {
        var first = slots("host-a", "boot-1", OLD);
        long fence = granted(first.request(OLD));
        var second = slots("host-b", "boot-1", OLD);
        second.request(OLD);

        second.leaveLine();
        first.leaveLine();

        assertThat(coordinator.group()).contains("\"waiting\":0");
        assertThat(first.commit(fence)).isEqualTo(new CommitAnswer.Committed());
    }

    @ParameterizedTest
    @EnumSource(names = {"ANSWER_LOST", "CALL_LOST", "SERVICE_UNAVAILABLE", "BAD_GATEWAY_PAGE"})
    void aQuestionWithoutAnAnswerIsDecidedByAskingAgain(Harm harm) throws IOException {
        var before = overProxy("host-a", "boot-1", OLD);
        proxy.harms.add(harm);
        long fence = granted(before.request(OLD));
        proxy.harms.add(harm);
        CommitAnswer commit = before.commit(fence);
        var after = overProxy("host-a", "boot-2", OLD);
        proxy.harms.add(harm);
        ReleaseAnswer release = after.release(new Outcome.Failed("health gate failed: no network"));

        assertThat(commit).isEqualTo(new CommitAnswer.Committed());
        // The second time there is nothing left to hand back, and nothing is counted twice.
        assertThat(release).isIn(new ReleaseAnswer.Released(false), new ReleaseAnswer.NotHolder());
        assertThat(coordinator.group())
                .contains("\"holders\":[]", "\"used\":1", "health gate failed: no network");
        assertThat(proxy.calls)
                .containsExactly("request", "request", "commit", "commit", "failed", "failed");
    }

    @ParameterizedTest
    @EnumSource(Harm.class)
    void whatIsNoAnswerOfACoordinatorIsNoPermission(Harm harm) throws IOException {
        var host = overProxy("host-a", "boot-1", OLD);
        proxy.harms.addAll(Collections.nCopies(2, harm));
        LockAnswer request = host.request(OLD);
        proxy.harms.clear();
        long fence = granted(host.request(OLD));
        boolean isAboutFences = harm == Harm.GRANT_WITHOUT_A_FENCE;
        proxy.harms.addAll(Collections.nCopies(isAboutFences ? 0 : 2, harm));
        CommitAnswer commit = host.commit(fence);

        assertThat(request)
                .isInstanceOfSatisfying(
                        LockAnswer.Unavailable.class,
                        unavailable ->
                                assertThat(unavailable.reason())
                                        .contains(proxy.address().toString()));
        if (!isAboutFences) {
            assertThat(commit).isInstanceOf(CommitAnswer.Unavailable.class);
        }
    }

    @Test
    void aWrongAnswerIsSaidInOneSentence() throws IOException {
        var host = overProxy("host-a", "boot-1", OLD);

        proxy.harms.add(Harm.ANSWER_FOR_ANOTHER_HOST);
        assertThat(host.request(OLD))
                .isEqualTo(
                        new LockAnswer.Unavailable(
                                proxy.address() + "/ answered for host-b and not for host-a"));
        proxy.harms.add(Harm.NOT_FOUND);
        assertThat(host.request(OLD))
                .isEqualTo(
                        new LockAnswer.Unavailable(
                                proxy.address()
                                        + "/ answered HTTP 404 and not as a coordinator does;"
                                        + " check its address"));
    }

    @Test
    void theNextCoordinatorIsAskedWhenOneIsAway() throws IOException {
        var host = slots("host-a", "boot-1", OLD, List.of(nobody(), coordinator.address()));

        assertThat(host.request(OLD)).isInstanceOf(LockAnswer.Granted.class);
    }

    @Test
    void withoutAnyCoordinatorNothingIsAllowedAndNothingIsLost() throws IOException {
        var host = slots("host-a", "boot-1", OLD, List.of(nobody()));

        assertThat(host.request(OLD))
                .isInstanceOfSatisfying(
                        LockAnswer.Unavailable.class,
                        unavailable ->
                                assertThat(unavailable.reason())
                                        .startsWith("no answer from the coordinator at http://"));
        assertThat(host.commit(7)).isInstanceOf(CommitAnswer.Unavailable.class);
        assertThat(host.release(new Outcome.Healthy()))
                .isInstanceOf(ReleaseAnswer.Unavailable.class);
    }

    @Test
    void aGrantThatAnOperatorTookBackIsNotCommitted() throws IOException {
        var host = slots("host-a", "boot-1", OLD);
        long stale = granted(host.request(OLD));
        coordinator.post("/v2/groups/default/release/host-a", "{\"reason\":\"x\"}");
        granted(host.request(OLD));

        assertThat(host.commit(stale))
                .isEqualTo(
                        new CommitAnswer.Refused(
                                RefusalKind.FENCED,
                                "host-a does not hold grant " + stale + " any more"));
    }

    @Test
    void aHaltedGroupRefusesWithItsReason() throws IOException {
        coordinator.post("/v2/groups/default/halt", "{\"reason\":\"ceph repair\"}");

        assertThat(slots("host-a", "boot-1", OLD).request(OLD))
                .isInstanceOfSatisfying(
                        LockAnswer.Refused.class,
                        refused -> {
                            assertThat(refused.kind()).isEqualTo(RefusalKind.GROUP_HALTED);
                            assertThat(refused.reason()).endsWith(": ceph repair");
                        });
    }

    @Test
    void aHostThatNeverWentDownKeepsItsSlotAndCountsAsAFailure() throws IOException {
        var host = slots("host-a", "boot-1", OLD);
        host.commit(granted(host.request(OLD)));

        assertThat(host.release(new Outcome.Healthy()))
                .isEqualTo(new ReleaseAnswer.NotRebooted("boot-1"));
        assertThat(coordinator.group()).contains("\"state\":\"failed\"", "\"used\":1");
    }

    @Test
    void aHostThatComesBackOnTheReleaseItLeftIsAFailure() throws IOException {
        var before = slots("host-a", "boot-1", OLD);
        before.commit(granted(before.request(OLD)));

        ReleaseAnswer release = slots("host-a", "boot-2", OLD).release(new Outcome.Healthy());

        assertThat(release).isEqualTo(new ReleaseAnswer.Released(false));
        assertThat(coordinator.group())
                .contains("\"holders\":[]", "\"used\":1", "rebooted but still runs 1.0.0");
    }

    @Test
    void aRebootIntoTheSameReleaseIsNoFailure() throws IOException {
        var before = slots("host-a", "boot-1", OLD);
        before.commit(granted(before.request("")));

        ReleaseAnswer release = slots("host-a", "boot-2", OLD).release(new Outcome.Healthy());

        assertThat(release).isEqualTo(new ReleaseAnswer.Released(false));
        assertThat(coordinator.group()).contains("\"holders\":[]", "\"used\":0");
    }

    private CoordinatorSlots slots(String id, String boot, String version) {
        return slots(id, boot, version, List.of(coordinator.address()));
    }

    private CoordinatorSlots overProxy(String id, String boot, String version) {
        return slots(id, boot, version, List.of(proxy.address()));
    }

    private static CoordinatorSlots slots(
            String id, String boot, String version, List<URI> addresses) {
        var coordinators = new Coordinators(addresses, new OkHttpClient(), Optional.empty());
        return new CoordinatorSlots(
                new RemoteLock(coordinators, "default"), new NodeIdentity(id, boot, version));
    }

    private static long granted(LockAnswer answer) {
        assertThat(answer).isInstanceOf(LockAnswer.Granted.class);
        return ((LockAnswer.Granted) answer).fence();
    }

    /** An address at which nobody listens. */
    private static URI nobody() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return URI.create("http://127.0.0.1:" + socket.getLocalPort());
        }
    }
}
