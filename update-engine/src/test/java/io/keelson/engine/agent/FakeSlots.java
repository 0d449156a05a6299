package io.keelson.engine.agent;

import io.keelson.engine.surroundings.RebootSlots;
import io.keelson.reboot.group.HolderState;
import io.keelson.reboot.rules.CommitAnswer;
import io.keelson.reboot.rules.LockAnswer;
import io.keelson.reboot.rules.Outcome;
import io.keelson.reboot.rules.RefusalKind;
import io.keelson.reboot.rules.ReleaseAnswer;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A group of one reboot slot. */
final class FakeSlots implements RebootSlots {
    final List<Outcome> outcomes = new ArrayList<>();
    boolean isHeldByAnother;
    boolean isHeldByUs;
    boolean isReachable = true;
    boolean isFenced;

    int linesLeft;

    /** The lock does not answer the last question. */
    boolean isCommitLost;

    /** The turn came while the agent was busy with the host's own gates. */
    boolean isGrantedUnseen;

    String lastLeft = "";
    final List<HolderState> told = new ArrayList<>();
    private long fence = 40;

    @Override
    public LockAnswer request(String leaving) {
        lastLeft = leaving;
        if (!isReachable) {
            return new LockAnswer.Unavailable("etcd does not answer");
        }
        if (isHeldByAnother) {
            return new LockAnswer.Queued(
                    1,
                    RefusalKind.FAILED_LOCK_SEMAPHORE_FULL,
                    "held by other-host",
                    Optional.empty(),
                    fence);
        }
        fence += isHeldByUs ? 0 : 1;
        isHeldByUs = true;
        return new LockAnswer.Granted(fence);
    }

    @Override
    public void leaveLine() {
        linesLeft++;
    }

    @Override
    public boolean isGrantedUnseen() {
        return isGrantedUnseen;
    }

    @Override
    public void tell(long asked, HolderState state) {
        told.add(state);
    }

    @Override
    public void tellReturned() {
        told.add(HolderState.RETURNED);
    }

    @Override
    public CommitAnswer commit(long asked) {
        if (isCommitLost) {
            return new CommitAnswer.Unavailable("etcd does not answer");
        }
        if (isFenced || !isHeldByUs || asked != fence) {
            return new CommitAnswer.Refused(RefusalKind.FENCED, "the grant is gone");
        }
        return new CommitAnswer.Committed();
    }

    @Override
    public ReleaseAnswer release(Outcome outcome) {
        if (!isReachable) {
            return new ReleaseAnswer.Unavailable("etcd does not answer");
        }
        if (!isHeldByUs) {
            return new ReleaseAnswer.NotHolder();
        }
        outcomes.add(outcome);
        isGrantedUnseen = false;
        isHeldByUs = false;
        return new ReleaseAnswer.Released(false);
    }
}
