package io.keelson.engine.agent;

import io.keelson.engine.control.ControlAnswer;
import io.keelson.engine.control.ControlRequest;
import io.keelson.engine.health.Verdict;
import io.keelson.engine.json.JsonObject;
import io.keelson.engine.server.UpdateServer;
import io.keelson.engine.state.AgentEvent;
import io.keelson.engine.state.AgentRecord;
import io.keelson.engine.state.AgentState;
import io.keelson.engine.state.LastError;
import io.keelson.engine.state.json.StateFile;
import io.keelson.engine.surroundings.RebootSlots;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The loop of keelsond. One thread moves the state machine; each {@link #step} does what the
 * present state asks for and says how long nothing needs to be done. Operators' commands run
 * between two steps on the same thread.
 */
public final class Agent {
    /** A shorter wait is no rest. */
    private static final Duration REST_MIN = Duration.ofMinutes(1);

    private static final Duration WAIT_MAX = Duration.ofMinutes(10);
    private static final Duration AFTER_DISK_ERROR = Duration.ofSeconds(30);
    private static final Duration AFTER_STUMBLE = Duration.ofSeconds(30);
    private static final Duration COMMAND_MAX = Duration.ofSeconds(40);

    private final AgentParts parts;
    private final AgentMemory memory;
    private final PollTimer timer;
    private final Courier courier;
    private final UpdateSteps updates;
    private final RebootSteps reboots;
    private final BootSteps boots;
    private final Recovery recovery;
    private final OperatorSteps operator;
    private final StatusDocument status;
    private String saidStumble = "";
    private volatile boolean isPlaceKept;
    private volatile boolean isRetired;
    private boolean isActive = true;
    private final LinkedBlockingQueue<FutureTask<ControlAnswer>> commands =
            new LinkedBlockingQueue<>();

    private Agent(AgentParts parts, AgentMemory memory) {
        this.parts = parts;
        this.memory = memory;
        var chance = parts.chance();
        this.timer = new PollTimer(parts.config().poll(), chance.clock(), chance.random());
        var lock =
                new Courier.Lock(
                        parts.config().reboot().lockGroup(), parts.slots(), parts.groups());
        this.courier = new Courier(memory, parts.server(), lock, chance.clock());
        this.updates = new UpdateSteps(parts, memory, timer, courier);
        this.reboots = new RebootSteps(parts, memory, courier);
        this.boots = new BootSteps(parts, memory);
        this.recovery = new Recovery(parts, memory, boots);
        this.operator = new OperatorSteps(parts, memory, updates, reboots);
        this.status = new StatusDocument(parts, courier);
        parts.slots().ifPresent(slots -> slots.whenAnswered(this::wake));
    }

    /** Ends a wait between two steps. */
    private void wake() {
        commands.add(new FutureTask<>(() -> ControlAnswer.ok(JsonObject.empty())));
    }

    /** Loads what is remembered and settles what the last reboot, if any, has brought. */
    public static Agent start(AgentParts parts) throws IOException {
        StateFile.Loaded loaded = parts.files().state().load(parts.machine().version().text());
        var agent = new Agent(parts, new AgentMemory(parts.files().state(), loaded.value()));
        agent.recovery.recover();
        if (!loaded.isWhole()) {
            agent.recovery.learnFromEntries();
        }
        return agent;
    }

    /** The first release this machine ever ran, as far as the agent remembers. */
    public static String firstVersion(AgentParts.Files files, String running) throws IOException {
        return files.state().load(running).value().history().firstVersion();
    }

    /** What is remembered now. */
    public AgentRecord memory() {
        return memory.current();
    }

    /** Runs until the agent is retired or the thread interrupted. */
    public void run() throws InterruptedException {
        while (!isRetired || memory.state() instanceof AgentState.Rebooting) {
            Duration wait;
            try {
                wait = step();
            } catch (IOException e) {
                Journal.warn(
                        "the host's own files failed, trying again",
                        "reason",
                        String.valueOf(e.getMessage()));
                wait = AFTER_DISK_ERROR;
            } catch (RuntimeException e) {
                wait = stumbled(e);
            }
            long millis = Math.min(wait.toMillis(), WAIT_MAX.toMillis());
            if (wait.compareTo(REST_MIN) >= 0 && isActive) {
                parts.machine().rest();
            }
            isActive = wait.compareTo(REST_MIN) < 0;
            FutureTask<ControlAnswer> command = commands.poll(millis, TimeUnit.MILLISECONDS);
            if (command != null) {
                command.run();
            }
        }
        if (!isPlaceKept) {
            parts.slots().ifPresent(RebootSlots::leaveLine);
        }
    }

    /**
     * Ends {@link #run} between two steps, for a successor with other settings: it goes on as a
     * daemon that was restarted does. A reboot under way is not left to it.
     *
     * @param successor keeps the place in line, if it asks where this one does
     */
    public void retire(AgentParts successor) {
        var ours = parts.config().reboot();
        var its = successor.config().reboot();
        isPlaceKept =
                ours.lock().equals(its.lock())
                        && ours.lockGroup().equals(its.lockGroup())
                        && ours.strategy() == its.strategy();
        isRetired = true;
        commands.add(new FutureTask<>(() -> ControlAnswer.ok(JsonObject.empty())));
    }

    /**
     * A mistake of ours, or an input nobody thought of, fails the step it happened in and not the
     * daemon, which would meet it again at once after its restart.
     */
    private Duration stumbled(RuntimeException e) {
        String reason = "unexpected " + e;
        if (!reason.equals(saidStumble)) {
            Journal.warn("a step failed", "reason", reason, "state", memory.state().text());
            saidStumble = reason;
        }
        timer.failed();
        try {
            Instant now = parts.chance().clock().instant();
            memory.change(before -> before.withError(new LastError(reason, now)));
            switch (memory.state()) {
                case AgentState.Checking _,
                        AgentState.Available _,
                        AgentState.Downloading _,
                        AgentState.Verifying _,
                        AgentState.Finalizing _ ->
                        recovery.recover();
                case AgentState.Idle _,
                        AgentState.UpdatedNeedReboot _,
                        AgentState.WaitingForLock _,
                        AgentState.Rebooting _,
                        AgentState.Confirming _,
                        AgentState.Reporting _,
                        AgentState.RolledBack _ -> {
                    // The step is tried again.
                }
            }
        } catch (IOException disk) {
            Journal.warn(
                    "the host's own files failed, trying again",
                    "reason",
                    String.valueOf(disk.getMessage()));
        }
        return AFTER_STUMBLE;
    }

    /** Does what the state asks for; the answer is how long to wait before the next step. */
    public Duration step() throws IOException, InterruptedException {
        Optional<Duration> undelivered = courier.deliver();
        Duration wait =
                switch (memory.state()) {
                    case AgentState.Idle _ -> {
                        boots.noteUnhealthyBoot();
                        yield updates.idle(undelivered);
                    }
                    case AgentState.Checking _ -> ask();
                    case AgentState.Available(var offer) -> {
                        updates.install(offer);
                        yield Duration.ZERO;
                    }
                    case AgentState.UpdatedNeedReboot(var pending) -> reboots.seek(pending);
                    case AgentState.WaitingForLock(var pending, _, _) -> reboots.seek(pending);
                    case AgentState.Rebooting rebooting -> reboots.reboot(rebooting);
                    case AgentState.Confirming(var pending) -> {
                        reboots.tellReturned();
                        yield boots.confirm(pending);
                    }
                    case AgentState.RolledBack(var pending, _) -> boots.settle(pending);
                    case AgentState.Reporting _ -> {
                        memory.apply(new AgentEvent.Settled());
                        yield Duration.ZERO;
                    }
                    // Left only by an installation that ended without saying how.
                    case AgentState.Downloading _,
                            AgentState.Verifying _,
                            AgentState.Finalizing _ -> {
                        recovery.recover();
                        yield Duration.ZERO;
                    }
                };
        return undelivered.filter(u -> u.compareTo(wait) < 0).orElse(wait);
    }

    private Duration ask() throws IOException {
        updates.check(server());
        return Duration.ZERO;
    }

    private UpdateServer server() {
        return parts.server()
                .orElseThrow(() -> new IllegalStateException("a check without a server"));
    }

    /** Answers a call on the control socket; on any thread. */
    public ControlAnswer handle(ControlRequest request) throws InterruptedException {
        return switch (request.method() + " " + request.path()) {
            case "GET /status" -> ControlAnswer.ok(status.of(memory.current(), timer.next()));
            case "GET /health" -> health();
            case "POST /check" -> onLoop(operator::check);
            case "POST /apply" -> onLoop(() -> operator.apply(request.body().flag("retry")));
            case "POST /reboot" -> onLoop(operator::reboot);
            case "POST /rollback" -> onLoop(operator::rollback);
            default ->
                    ControlAnswer.refusal(
                            404, "not-found", request.method() + " " + request.path());
        };
    }

    private ControlAnswer health() {
        Optional<Verdict> verdict = status.verdict();
        return verdict.map(found -> ControlAnswer.ok(found.toJson()))
                .orElseGet(() ->
                        ControlAnswer.refusal(
                                404,
                                "no-verdict",
                                "the health gate has not decided about this boot yet"));
    }

    private ControlAnswer onLoop(Callable<ControlAnswer> command) throws InterruptedException {
        switch (memory.state()) {
            case AgentState.Checking _,
                    AgentState.Available _,
                    AgentState.Downloading _,
                    AgentState.Verifying _,
                    AgentState.Finalizing _ -> {
                return ControlAnswer.conflict(
                        "the host is " + memory.state().text() + "; ask again when it is done");
            }
            case AgentState.Idle _,
                    AgentState.UpdatedNeedReboot _,
                    AgentState.WaitingForLock _,
                    AgentState.Rebooting _,
                    AgentState.Confirming _,
                    AgentState.Reporting _,
                    AgentState.RolledBack _ -> {}
        }
        var task = new FutureTask<>(command);
        commands.add(task);
        try {
            return task.get(COMMAND_MAX.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            return ControlAnswer.refusal(500, "failed", String.valueOf(e.getCause()));
        } catch (TimeoutException _) {
            task.cancel(false);
            return ControlAnswer.refusal(503, "busy", "the host is busy; ask again in a moment");
        }
    }
}
