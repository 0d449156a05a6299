package io.keelson.engine.lock;

import io.keelson.engine.surroundings.RebootSlots;
import io.keelson.reboot.client.RemoteLock;
import io.keelson.reboot.group.HolderState;
import io.keelson.reboot.rules.CommitAnswer;
import io.keelson.reboot.rules.LockAnswer;
import io.keelson.reboot.rules.NodeIdentity;
import io.keelson.reboot.rules.Outcome;
import io.keelson.reboot.rules.RefusalKind;
import io.keelson.reboot.rules.ReleaseAnswer;
import io.keelson.reboot.rules.ReportAnswer;

import org.jspecify.annotations.Nullable;

import java.time.Duration;

/**
 * The group's lock behind a coordinator. While this host is in line, a thread beside the agent's
 * keeps a request open, so that the turn is known the moment it comes and the agent stays free for
 * operators.
 */
final class CoordinatorSlots implements RebootSlots {
    /** What stands between often closes a connection that is silent for five minutes or more. */
    static final Duration WAIT = Duration.ofMinutes(4);

    private static final Duration LOOK_WHILE_WAITING = Duration.ofSeconds(30);

    private final RemoteLock lock;
    private final NodeIdentity node;
    private Runnable wake = () -> {};
    private @Nullable Waiting waiting;

    /**
     * @param node with the release that runs
     */
    CoordinatorSlots(RemoteLock lock, NodeIdentity node) {
        this.lock = lock;
        this.node = node;
    }

    /** A request that is open, and how things stood before. */
    private static final class Waiting {
        private final LockAnswer before;
        private volatile @Nullable LockAnswer answer;
        private @Nullable Thread thread;

        Waiting(LockAnswer before) {
            this.before = before;
        }
    }

    @Override
    public LockAnswer request(String leaving) {
        Waiting open = waiting;
        if (open == null) {
            var asking = new NodeIdentity(node.id(), node.bootId(), leaving);
            LockAnswer now = lock.request(asking, Duration.ZERO);
            if (now instanceof LockAnswer.Queued) {
                waiting = open(asking, now);
            }
            return now;
        }
        LockAnswer answer = open.answer;
        if (answer == null) {
            return open.before;
        }
        waiting = null;
        return answer;
    }

    private Waiting open(NodeIdentity asking, LockAnswer before) {
        var opened = new Waiting(before);
        Runnable told = wake;
        opened.thread =
                Thread.ofVirtual()
                        .name("waits for its turn")
                        .start(() -> {
                            opened.answer = lock.request(asking, WAIT);
                            told.run();
                        });
        return opened;
    }

    @Override
    public boolean isGrantedUnseen() {
        return waiting != null && waiting.answer instanceof LockAnswer.Granted;
    }

    @Override
    public Duration lookAgain() {
        return waiting == null ? LOOK_AGAIN : LOOK_WHILE_WAITING;
    }

    @Override
    public void whenAnswered(Runnable next) {
        wake = next;
    }

    @Override
    public void tell(long fence, HolderState state) {
        var _ = lock.progress(node, fence, state);
    }

    @Override
    public void tellReturned() {
        var _ = lock.report(node, false);
    }

    @Override
    public CommitAnswer commit(long fence) {
        return lock.commit(node, fence);
    }

    @Override
    public ReleaseAnswer release(Outcome outcome) {
        stopWaiting();
        return switch (outcome) {
            case Outcome.Healthy() -> released(lock.report(node, true));
            case Outcome.Failed(var reason) -> lock.failed(node, reason);
            case Outcome.Abandoned(var reason) -> lock.abandon(node, reason);
        };
    }

    @Override
    public void leaveLine() {
        if (waiting != null) {
            var _ = release(new Outcome.Abandoned("the host's settings changed"));
        }
    }

    private void stopWaiting() {
        Waiting open = waiting;
        waiting = null;
        if (open != null && open.thread != null) {
            open.thread.interrupt();
        }
    }

    private ReleaseAnswer released(ReportAnswer answer) {
        return switch (answer) {
            case ReportAnswer.Released(var halted) -> new ReleaseAnswer.Released(halted);
            case ReportAnswer.NotHolder() -> new ReleaseAnswer.NotHolder();
            case ReportAnswer.Pending(var reason) ->
                    new ReleaseAnswer.Refused(RefusalKind.HEALTH_GATE_PENDING, reason);
            case ReportAnswer.Failed(var _, var keepsSlot, var halted) ->
                    keepsSlot
                            ? new ReleaseAnswer.NotRebooted(node.bootId())
                            : new ReleaseAnswer.Released(halted);
            case ReportAnswer.Refused(var kind, var reason) ->
                    new ReleaseAnswer.Refused(kind, reason);
            case ReportAnswer.Unavailable(var reason) -> new ReleaseAnswer.Unavailable(reason);
        };
    }
}
