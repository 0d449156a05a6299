package io.keelson.engine.state;

import io.keelson.engine.state.AgentEvent.ApplyFailed;
import io.keelson.engine.state.AgentEvent.BootedOther;
import io.keelson.engine.state.AgentEvent.BootedTarget;
import io.keelson.engine.state.AgentEvent.CheckStarted;
import io.keelson.engine.state.AgentEvent.ContentWritten;
import io.keelson.engine.state.AgentEvent.DaemonRestarted;
import io.keelson.engine.state.AgentEvent.DownloadStarted;
import io.keelson.engine.state.AgentEvent.HealthConfirmed;
import io.keelson.engine.state.AgentEvent.LockDenied;
import io.keelson.engine.state.AgentEvent.NothingToDo;
import io.keelson.engine.state.AgentEvent.Progressed;
import io.keelson.engine.state.AgentEvent.RebootCleared;
import io.keelson.engine.state.AgentEvent.RebootNotStarted;
import io.keelson.engine.state.AgentEvent.RebootOrdered;
import io.keelson.engine.state.AgentEvent.Settled;
import io.keelson.engine.state.AgentEvent.SwitchCancelled;
import io.keelson.engine.state.AgentEvent.SwitchPrepared;
import io.keelson.engine.state.AgentEvent.UpdateOffered;
import io.keelson.engine.state.AgentEvent.VerificationStarted;
import io.keelson.engine.state.AgentState.Available;
import io.keelson.engine.state.AgentState.Checking;
import io.keelson.engine.state.AgentState.Confirming;
import io.keelson.engine.state.AgentState.Downloading;
import io.keelson.engine.state.AgentState.Finalizing;
import io.keelson.engine.state.AgentState.Idle;
import io.keelson.engine.state.AgentState.Rebooting;
import io.keelson.engine.state.AgentState.Reporting;
import io.keelson.engine.state.AgentState.RolledBack;
import io.keelson.engine.state.AgentState.UpdatedNeedReboot;
import io.keelson.engine.state.AgentState.Verifying;
import io.keelson.engine.state.AgentState.WaitingForLock;

import java.util.Optional;

/**
 * The legal changes of state, as a pure function.
 *
 * <pre>
 * idle                  CheckStarted -> checking   SwitchPrepared -> updated-needs-reboot
 * checking              UpdateOffered -> available  NothingToDo -> idle
 * available             DownloadStarted -> downloading  ApplyFailed -> idle
 * downloading           Progressed -> downloading  VerificationStarted -> verifying
 *                       ApplyFailed -> idle
 * verifying             Progressed -> downloading (by another way)
 *                       ContentWritten -> finalizing  ApplyFailed -> idle
 * finalizing            SwitchPrepared -> updated-needs-reboot  ApplyFailed -> idle
 *                       BootedTarget -> confirming  BootedOther -> rolled-back
 * updated-needs-reboot, waiting-for-lock
 *                       LockDenied -> waiting-for-lock  RebootCleared -> rebooting
 *                       RebootOrdered -> updated-needs-reboot  SwitchCancelled -> idle
 *                       BootedTarget -> confirming  BootedOther -> rolled-back
 * rebooting             RebootNotStarted -> updated-needs-reboot
 *                       BootedTarget -> confirming  BootedOther -> rolled-back
 * confirming            HealthConfirmed -> reporting  BootedTarget -> confirming (its next try)
 *                       BootedOther -> rolled-back
 * reporting             Settled -> idle
 * rolled-back           Settled -> idle
 * any                   DaemonRestarted -> idle while nothing is switched, otherwise the same state
 * </pre>
 */
public final class Transitions {
    private Transitions() {}

    /**
     * The state after an event.
     *
     * @throws IllegalStateException when the table above has no such edge
     */
    public static AgentState next(AgentState state, AgentEvent event) {
        if (event instanceof DaemonRestarted) {
            return restarted(state);
        }
        return tryNext(state, event)
                .orElseThrow(() ->
                        new IllegalStateException(
                                "%s cannot happen in state %s"
                                        .formatted(
                                                event.getClass().getSimpleName(), state.text())));
    }

    private static Optional<AgentState> tryNext(AgentState state, AgentEvent event) {
        return switch (state) {
            case Idle _ -> fromIdle(event);
            case Checking _ -> fromChecking(event);
            case Available available -> fromAvailable(available, event);
            case Downloading downloading -> fromDownloading(downloading, event);
            case Verifying verifying -> fromVerifying(verifying, event);
            case Finalizing finalizing -> fromFinalizing(finalizing, event);
            case UpdatedNeedReboot(var pending) -> fromSwitched(pending, event);
            case WaitingForLock(var pending, _, _) -> fromSwitched(pending, event);
            case Rebooting(var pending, _) ->
                    event instanceof RebootNotStarted
                            ? Optional.of(new UpdatedNeedReboot(pending))
                            : fromReboot(pending, event);
            case Confirming(var pending) ->
                    event instanceof HealthConfirmed
                            ? Optional.of(new Reporting(pending))
                            : fromReboot(pending, event);
            case Reporting _, RolledBack _ ->
                    event instanceof Settled ? Optional.of(new Idle()) : Optional.empty();
        };
    }

    private static Optional<AgentState> fromIdle(AgentEvent event) {
        if (event instanceof CheckStarted) {
            return Optional.of(new Checking());
        }
        return event instanceof SwitchPrepared(var pending)
                ? Optional.of(new UpdatedNeedReboot(pending))
                : Optional.empty();
    }

    private static Optional<AgentState> fromChecking(AgentEvent event) {
        if (event instanceof NothingToDo) {
            return Optional.of(new Idle());
        }
        return event instanceof UpdateOffered(var offer)
                ? Optional.of(new Available(offer))
                : Optional.empty();
    }

    private static Optional<AgentState> fromAvailable(Available state, AgentEvent event) {
        if (event instanceof ApplyFailed) {
            return Optional.of(new Idle());
        }
        return event instanceof DownloadStarted
                ? Optional.of(new Downloading(state.offer(), 0))
                : Optional.empty();
    }

    private static Optional<AgentState> fromDownloading(Downloading state, AgentEvent event) {
        if (event instanceof ApplyFailed) {
            return Optional.of(new Idle());
        }
        if (event instanceof Progressed(var doneBytes)) {
            return Optional.of(new Downloading(state.offer(), doneBytes));
        }
        return event instanceof VerificationStarted
                ? Optional.of(new Verifying(state.offer()))
                : Optional.empty();
    }

    private static Optional<AgentState> fromVerifying(Verifying state, AgentEvent event) {
        if (event instanceof ContentWritten(var pending)) {
            return Optional.of(new Finalizing(pending));
        }
        return fromDownloading(new Downloading(state.offer(), 0), event);
    }

    private static Optional<AgentState> fromFinalizing(Finalizing state, AgentEvent event) {
        if (event instanceof ApplyFailed) {
            return Optional.of(new Idle());
        }
        return event instanceof SwitchPrepared(var pending)
                ? Optional.of(new UpdatedNeedReboot(pending))
                : fromReboot(state.pending(), event);
    }

    private static Optional<AgentState> fromSwitched(PendingSwitch pending, AgentEvent event) {
        if (event instanceof SwitchCancelled) {
            return Optional.of(new Idle());
        }
        if (event instanceof LockDenied(var position, var reason)) {
            return Optional.of(new WaitingForLock(pending, position, reason));
        }
        if (event instanceof RebootOrdered) {
            return Optional.of(new UpdatedNeedReboot(pending.ordered()));
        }
        return event instanceof RebootCleared(var fence)
                ? Optional.of(new Rebooting(pending, fence))
                : fromReboot(pending, event);
    }

    private static Optional<AgentState> fromReboot(PendingSwitch pending, AgentEvent event) {
        if (event instanceof BootedTarget) {
            return Optional.of(new Confirming(pending));
        }
        return event instanceof BootedOther(var reason)
                ? Optional.of(new RolledBack(pending, reason))
                : Optional.empty();
    }

    private static AgentState restarted(AgentState state) {
        return switch (state) {
            case Idle _, Checking _, Available _, Downloading _, Verifying _, Finalizing _ ->
                    new Idle();
            case UpdatedNeedReboot _,
                    WaitingForLock _,
                    Rebooting _,
                    Confirming _,
                    Reporting _,
                    RolledBack _ ->
                    state;
        };
    }
}
