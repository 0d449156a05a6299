package io.keelson.reboot.serve;

import io.keelson.reboot.GroupAnswer;
import io.keelson.reboot.GroupDesk;
import io.keelson.reboot.Question;
import io.keelson.reboot.RebootLock;
import io.keelson.reboot.RebootStatus;
import io.keelson.reboot.Timepiece;
import io.keelson.reboot.group.GroupPolicy;
import io.keelson.reboot.rules.GroupRules;
import io.keelson.reboot.rules.LockAnswer;
import io.keelson.reboot.rules.NodeIdentity;
import io.keelson.reboot.rules.RuleStep;
import io.keelson.reboot.store.GroupStore;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executors;

/** One group as this process serves it: its desk, those who wait here, and who looks after them. */
final class GroupService implements AutoCloseable {
    /** How often a group is looked at when nothing tells of a change. */
    private static final Duration TICK = Duration.ofSeconds(5);

    private static final Duration SHORTEST_TICK = Duration.ofMillis(50);
    private static final Duration PAUSE_WITHOUT_STORE = Duration.ofSeconds(1);

    /** A seat is renewed after this part of the time after which it would be forgotten. */
    private static final int RENEWALS_IN_GRACE = 2;

    private static final System.Logger LOG = System.getLogger(GroupService.class.getName());

    /**
     * What the policy file says of the group.
     *
     * @param digest tells one form of it from another
     */
    record Given(GroupPolicy policy, String digest) {}

    private final GroupDesk desk;
    private final Lobby lobby;
    private final Timepiece time;
    private volatile Given given;
    private volatile Optional<Given> applied = Optional.empty();
    private final RebootLock nodes;
    private final Thread usher;
    private volatile boolean closed;

    GroupService(GroupDesk desk, Lobby lobby, Timepiece time, Given given) {
        this.desk = desk;
        this.lobby = lobby;
        this.time = time;
        this.given = given;
        this.nodes = new RebootLock(desk, Optional.empty());
        this.usher = Thread.ofVirtual().name("usher " + desk.group()).unstarted(this::usher);
    }

    void start() {
        usher.start();
    }

    /** Another form of the policy; what the store does not take now, the usher tries again. */
    void give(Given next) {
        if (!given.equals(next)) {
            given = next;
            boolean _ = apply(next);
        }
    }

    /** The group in the name of its nodes. */
    RebootLock nodes() {
        return nodes;
    }

    /** The group in the name of an operator. */
    RebootLock as(String actor) {
        return new RebootLock(desk, Optional.of(actor));
    }

    GroupDesk desk() {
        return desk;
    }

    int waitingHere() {
        return lobby.size();
    }

    /** Asks for a slot and waits that long for its turn. */
    LockAnswer request(NodeIdentity node, Duration atMost) throws InterruptedException {
        long end = time.nanos().getAsLong() + atMost.toNanos();
        if (!atMost.isPositive()) {
            return nodes.request(node);
        }
        Lobby.Seat seat = lobby.enter(node.id(), time.nanos().getAsLong());
        try {
            LockAnswer answer = nodes.request(node);
            if (!(answer instanceof LockAnswer.Queued)) {
                return answer;
            }
            Duration left = Duration.ofNanos(end - time.nanos().getAsLong());
            OptionalLong fence = seat.await(left);
            if (fence.isPresent()) {
                return new LockAnswer.Granted(fence.getAsLong());
            }
        } finally {
            lobby.leave(node.id(), seat);
        }
        // It may have been granted in the moment it stopped to wait, and learns why it was not.
        return desk.decide(
                new Question<>(
                        Optional.of(node.id()),
                        node.id(),
                        (now, call) -> GroupRules.askAgain(now, node, call),
                        new Question.Form<>(LockAnswer.Refused::new, LockAnswer.Unavailable::new),
                        Question.THE_NEXT));
    }

    private void usher() {
        while (!closed) {
            try {
                boolean isApplied = applied.filter(given::equals).isPresent() || apply(given);
                Optional<RebootStatus> status = isApplied ? tend() : Optional.empty();
                if (status.isEmpty()) {
                    Thread.sleep(PAUSE_WITHOUT_STORE);
                } else {
                    renew(status.get());
                    desk.awaitChange(status.get().revision(), untilNextLook(status.get()));
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** The policy file's word, once; what an operator changed since it was applied stays. */
    private boolean apply(Given word) {
        GroupAnswer answer = as("policy file").setPolicy(word.policy(), word.digest());
        return switch (answer) {
            case GroupAnswer.Done _ -> {
                applied = Optional.of(word);
                yield true;
            }
            case GroupAnswer.Refused(var _, var reason) -> complain(reason);
            case GroupAnswer.Unavailable(var reason) -> complain(reason);
        };
    }

    private boolean complain(String reason) {
        LOG.log(
                System.Logger.Level.WARNING,
                "the policy is not applied yet group={0} reason={1}",
                desk.group(),
                reason);
        return false;
    }

    /** Looks at the group: whoever is due is served, and what is overdue is noted. */
    private Optional<RebootStatus> tend() {
        return nodes.status() instanceof GroupAnswer.Done(var status)
                ? Optional.of(status)
                : Optional.empty();
    }

    private Duration untilNextLook(RebootStatus status) {
        Instant now = time.clock().instant();
        GroupPolicy policy = status.document().policy();
        Duration opening =
                policy.calendar()
                        .nextStart(now, policy.times().expected())
                        .filter(start -> start.isAfter(now))
                        .map(start -> Duration.between(now, start))
                        .orElse(TICK);
        Duration next = opening.compareTo(TICK) < 0 ? opening : TICK;
        return next.compareTo(SHORTEST_TICK) > 0 ? next : SHORTEST_TICK;
    }

    /** Those who wait here keep their places in the store. */
    private void renew(RebootStatus status) throws InterruptedException {
        Duration often = status.document().policy().times().grace().dividedBy(RENEWALS_IN_GRACE);
        List<String> due = lobby.unheard(often, time.nanos().getAsLong());
        for (int from = 0; from < due.size(); from += GroupStore.BATCH_MAX) {
            int to = Math.min(due.size(), from + GroupStore.BATCH_MAX);
            // Asked together, they are written together.
            try (var together = Executors.newVirtualThreadPerTaskExecutor()) {
                due.subList(from, to).forEach(id -> together.execute(() -> hear(id)));
            }
        }
    }

    private void hear(String id) {
        desk.decide(
                new Question<Boolean>(
                        Optional.of(id),
                        id,
                        (now, _) -> new RuleStep<>(now.group(), now.line(), _ -> true),
                        new Question.Form<>((_, _) -> false, _ -> false),
                        0));
    }

    @Override
    public void close() {
        closed = true;
        usher.interrupt();
        lobby.close();
    }
}
