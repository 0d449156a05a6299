package io.keelson.cli;

import io.keelson.cli.terminal.CommandFailure;
import io.keelson.cli.terminal.Terminal;
import io.keelson.reboot.GroupAnswer;
import io.keelson.reboot.LockAnswer;
import io.keelson.reboot.NodeIdentity;
import io.keelson.reboot.RebootLock;
import io.keelson.reboot.RebootStatus;
import io.keelson.reboot.ReleaseAnswer;
import io.keelson.reboot.group.RebootGroup;
import io.keelson.reboot.group.Waiter;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.time.Duration;
import java.time.Instant;

/** The reboot lock as its operators see it. */
@Command(
        name = "reboot",
        description = "shows and steers who may reboot; the lock lives in etcd",
        mixinStandardHelpOptions = true)
final class RebootCommand extends CommandGroup {
    /** The boot id of a holder that is a person or a script. */
    private static final String NO_BOOT = "operator";

    private final Terminal terminal;

    RebootCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Command(
            name = "status",
            description = "holders, queue, failure budget",
            mixinStandardHelpOptions = true)
    int status(
            @Mixin EtcdOptions etcd,
            @Option(names = "--json", description = "for programs") boolean json)
            throws CommandFailure {
        RebootStatus status = known(etcd.lock(terminal).status());
        if (json) {
            terminal.out().println(status.toJson());
        } else {
            print(status);
        }
        return 0;
    }

    @Command(
            name = "request",
            description =
                    "asks for a slot under a name of your own, for work that must not meet a reboot",
            mixinStandardHelpOptions = true)
    int request(
            @Mixin EtcdOptions etcd,
            @Parameters(paramLabel = "ID", description = "name of the holder") String id,
            @Option(
                            names = "--wait",
                            paramLabel = "SECONDS",
                            defaultValue = "0",
                            description = "stay in the queue that long (default: answer at once)")
                    int waitSeconds)
            throws CommandFailure {
        RebootLock lock = etcd.lock(terminal);
        var node = new NodeIdentity(id, NO_BOOT);
        Instant end = terminal.clock().instant().plusSeconds(waitSeconds);
        while (true) {
            switch (lock.request(node)) {
                case LockAnswer.Granted(long fence) -> {
                    terminal.out().println(id + " holds a slot, fence " + fence);
                    return 0;
                }
                case LockAnswer.Queued(int position, _, String reason, _, long revision) -> {
                    Duration left = Duration.between(terminal.clock().instant(), end);
                    if (!left.isPositive()) {
                        // Whoever is not served leaves: an abandoned head would block the group.
                        lock.leave(id);
                        throw new CommandFailure(
                                "%s was at position %d and has left the queue: %s; use --wait"
                                        .formatted(id, position, reason));
                    }
                    lock.awaitChange(revision, left);
                }
                case LockAnswer.Refused(_, String reason) ->
                        throw new CommandFailure("the group refuses " + id + ": " + reason);
                case LockAnswer.Unavailable(String reason) -> throw unavailable(reason);
            }
        }
    }

    @Command(
            name = "release",
            description =
                    "frees the slot of a holder whatever its state, without counting a failure; takes one that waits out of the queue",
            mixinStandardHelpOptions = true)
    int release(@Mixin EtcdOptions etcd, @Parameters(paramLabel = "ID") String id)
            throws CommandFailure {
        RebootLock lock = etcd.lock(terminal);
        switch (lock.forceRelease(id)) {
            case ReleaseAnswer.Released _ -> terminal.out().println("released " + id);
            case ReleaseAnswer.NotHolder() -> leaveQueue(lock, id);
            case ReleaseAnswer.NotRebooted(String boot) ->
                    throw new CommandFailure(
                            id + " still runs boot " + boot + " and keeps its slot");
            case ReleaseAnswer.Refused(_, String reason) ->
                    throw new CommandFailure("not released: " + reason);
            case ReleaseAnswer.Unavailable(String reason) -> throw unavailable(reason);
        }
        return 0;
    }

    private void leaveQueue(RebootLock lock, String id) throws CommandFailure {
        RebootStatus group = known(lock.status());
        if (group.queue().stream().noneMatch(waiting -> waiting.id().equals(id))) {
            throw new CommandFailure(
                    id + " neither holds a slot nor waits for one: see 'keelson reboot status'");
        }
        known(lock.leave(id));
        terminal.out().println("took " + id + " out of the queue");
    }

    @Command(
            name = "halt",
            description = "grants nobody a slot until 'resume'",
            mixinStandardHelpOptions = true)
    int halt(
            @Mixin EtcdOptions etcd,
            @Option(
                            names = "--reason",
                            defaultValue = "halted by an operator",
                            description = "shown to all who wait")
                    String reason)
            throws CommandFailure {
        print(known(etcd.lock(terminal).halt(reason)));
        return 0;
    }

    @Command(
            name = "resume",
            description = "grants slots again and forgets the failures counted so far",
            mixinStandardHelpOptions = true)
    int resume(@Mixin EtcdOptions etcd) throws CommandFailure {
        print(known(etcd.lock(terminal).resume()));
        return 0;
    }

    @Command(
            name = "set-max",
            description = "how many may reboot at once",
            mixinStandardHelpOptions = true)
    int setMax(@Mixin EtcdOptions etcd, @Parameters(paramLabel = "SLOTS") int slots)
            throws CommandFailure {
        if (slots < 1) {
            throw new CommandFailure(
                    "a group needs at least 1 slot: use 'keelson reboot halt' to stop all reboots");
        }
        print(known(etcd.lock(terminal).setMax(slots)));
        return 0;
    }

    private static RebootStatus known(GroupAnswer answer) throws CommandFailure {
        return switch (answer) {
            case GroupAnswer.Done(var status) -> status;
            case GroupAnswer.Refused(_, String reason) ->
                    throw new CommandFailure("refused: " + reason);
            case GroupAnswer.Unavailable(String reason) -> throw unavailable(reason);
        };
    }

    private static CommandFailure unavailable(String reason) {
        return new CommandFailure(
                "etcd did not answer ("
                        + reason
                        + "): check --etcd and that etcd runs, then ask again");
    }

    private void print(RebootStatus status) {
        RebootGroup group = status.document();
        terminal.out()
                .printf(
                        "group %s: %d of %d slots free%n",
                        status.group(), status.standing().free(), status.standing().slots());
        terminal.out()
                .printf(
                        "failures: %d of %d%n",
                        group.failures().used(), group.policy().failureBudget());
        group.failures()
                .last()
                .ifPresent(last ->
                        terminal.out()
                                .printf(
                                        "last failure: %s at %s: %s%n",
                                        last.id(), last.at(), last.reason()));
        group.halted()
                .ifPresent(halt ->
                        terminal.out().printf("halted since %s: %s%n", halt.at(), halt.reason()));
        for (RebootGroup.Holder holder : group.holders()) {
            terminal.out()
                    .printf(
                            "holds:  %s  %s since %s%n",
                            holder.id(), holder.state().wire(), holder.since());
        }
        for (Waiter waiting : status.queue()) {
            terminal.out().printf("waits:  %s  since %s%n", waiting.id(), waiting.since());
        }
    }
}
