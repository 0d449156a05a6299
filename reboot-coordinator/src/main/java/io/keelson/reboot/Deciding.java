package io.keelson.reboot;

import io.keelson.reboot.group.AuditEntry;
import io.keelson.reboot.group.Differences;
import io.keelson.reboot.group.GroupJson;
import io.keelson.reboot.group.Line;
import io.keelson.reboot.group.RebootGroup;
import io.keelson.reboot.group.RebootGroup.Holder;
import io.keelson.reboot.group.Waiter;
import io.keelson.reboot.rules.Admission;
import io.keelson.reboot.rules.Admission.Verdict;
import io.keelson.reboot.rules.Call;
import io.keelson.reboot.rules.GroupRules;
import io.keelson.reboot.rules.NodeIdentity;
import io.keelson.reboot.rules.OperatorRules;
import io.keelson.reboot.rules.ReturnRules;
import io.keelson.reboot.rules.Standing;
import io.keelson.reboot.store.GroupStore;
import io.keelson.reboot.store.GroupStore.Batch;
import io.keelson.reboot.store.GroupStore.Count;
import io.keelson.reboot.store.GroupStore.Identity;
import io.keelson.reboot.store.GroupStore.Read;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;

/**
 * Applies the rules of a batch of questions to what was read, and what is due besides: waiters that
 * were not heard of leave, holders that are not back in time are overdue, and who waits here is
 * served. Used by one thread at a time.
 */
final class Deciding {
    private static final Duration COUNT_AGAIN = Duration.ofSeconds(10);

    /** A waiter that asks is written again after this part of its time to be forgotten. */
    private static final int REFRESHES_IN_GRACE = 3;

    /** Of those that leave, and of those that are served, without having asked in this batch. */
    private static final int BESIDES_MAX = 10;

    private static final int NEW_MEMBERS_MAX = 60;

    private final GroupStore store;
    private final GroupDesk.Parts parts;
    private final Sightings sightings = new Sightings();
    private final Set<String> counted = new HashSet<>();
    private Identity newest = new Identity("", 0);
    private long newestFence;
    private int members;
    private long countedNanos;
    private boolean isCounted;
    private boolean wasFull;
    private @Nullable RebootGroup decoded;
    private long decodedRevision;

    Deciding(GroupStore store, GroupDesk.Parts parts) {
        this.store = store;
        this.parts = parts;
    }

    /** What a batch comes to. */
    sealed interface Draft {
        record Unreadable(String reason) implements Draft {}

        /** A slot is free and the line was not read. */
        record LookCloser() implements Draft {}

        /**
         * Decided, once it is written.
         *
         * @param batch empty when nothing changed
         * @param answers gives the answers, with the revision of the document
         */
        record Ready(Optional<Batch> batch, LongConsumer answers) implements Draft {
            void publish(long revision) {
                answers.accept(revision);
            }
        }
    }

    Draft on(Read.Found found, List<Ticket<?>> tickets, boolean maybeDone) {
        Instant now = parts.time().clock().instant();
        RebootGroup read;
        try {
            read = group(found, now);
        } catch (IOException e) {
            return new Draft.Unreadable(String.valueOf(e.getMessage()));
        }
        Standing start = settledIn(standing(read, found, now), found.store());
        Standing trusted = trusted(start, found.store());
        var audit = new ArrayList<AuditEntry>();
        Standing at = forgetTheLost(trusted, tickets);
        note(audit, start, at, ReturnRules.COORDINATOR);
        for (int i = 0; i < tickets.size(); i++) {
            Ticket<?> ticket = tickets.get(i);
            if (ticket.question().lookAt() > 0 && isBlind(at)) {
                return new Draft.LookCloser();
            }
            Standing next = heard(ticket.apply(at, i, maybeDone), ticket);
            note(audit, at, next, ticket.question().actor());
            at = next;
        }
        Standing judged = callOverdue(at);
        note(audit, at, judged, ReturnRules.COORDINATOR);
        if (!parts.audience().isEmpty() && isBlind(judged)) {
            return new Draft.LookCloser();
        }
        List<Waiter> served = new ArrayList<>();
        Standing end = serve(judged, served);
        note(audit, judged, end, ReturnRules.COORDINATOR);
        Optional<Batch> batch = batch(found, start, end, audit);
        wasFull = end.free() <= 0;
        return new Draft.Ready(
                batch,
                revision -> {
                    // A grant that was just written is part of what a restore must not undo.
                    newest =
                            new Identity(
                                    found.store().id(),
                                    Math.max(found.store().revision(), revision));
                    newestFence = Math.max(newestFence, end.group().generation().lastFence());
                    batch.ifPresent(written -> counted.addAll(written.members()));
                    tickets.forEach(ticket -> ticket.publish(revision));
                    served.forEach(waiter ->
                            end.group()
                                    .holder(waiter.id())
                                    .ifPresent(holder ->
                                            parts.audience().granted(holder.id(), holder.fence())));
                });
    }

    /**
     * How much of the line to read at first. Sorting ten thousand waiters is much of the store's
     * work, and who is next does not matter as long as all slots are held.
     */
    int lookAt(List<Ticket<?>> tickets) {
        boolean isForPeople =
                tickets.stream().anyMatch(t -> t.question().lookAt() > Question.THE_NEXT);
        return isForPeople || !wasFull ? Ticket.lookAt(tickets) : 0;
    }

    private static boolean isBlind(Standing now) {
        return now.free() > 0 && now.line().isUnread();
    }

    private RebootGroup group(Read.Found found, Instant now) throws IOException {
        if (found.revision() == 0) {
            return RebootGroup.defaults(now);
        }
        if (found.revision() != decodedRevision || decoded == null) {
            decoded = GroupJson.read(found.document(), found.revision());
            decodedRevision = found.revision();
        }
        return decoded;
    }

    private Optional<Batch> batch(
            Read.Found found, Standing start, Standing end, List<AuditEntry> audit) {
        boolean isDocumentSame = end.group().equals(start.group());
        Set<String> newMembers = newMembers(end);
        if (isDocumentSame && end.line().changes().isEmpty() && newMembers.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new Batch(
                        found.revision(),
                        isDocumentSame
                                ? Optional.empty()
                                : Optional.of(GroupJson.write(end.group())),
                        end.line().changes(),
                        newMembers,
                        isDocumentSame ? List.of() : audit));
    }

    private Standing standing(RebootGroup group, Read.Found found, Instant now) {
        if (group.policy().slots().countsMembers()) {
            countMembers();
        }
        return new Standing(
                group,
                found.line(),
                parts.surroundings().look(group, now, members),
                found.store().revision());
    }

    private void countMembers() {
        long nanos = parts.time().nanos().getAsLong();
        if (isCounted && nanos - countedNanos < COUNT_AGAIN.toNanos()) {
            return;
        }
        // A store that cannot count now leaves the last count, which only ever was too small.
        if (store.countMembers() instanceof Count.Known(int count)) {
            members = count;
            countedNanos = nanos;
            isCounted = true;
        }
    }

    private Set<String> newMembers(Standing end) {
        if (!end.group().policy().slots().countsMembers()) {
            return Set.of();
        }
        var found = new HashSet<String>();
        end.group().holders().forEach(holder -> found.add(holder.id()));
        end.line().changes().forEach(change -> found.add(change.id()));
        found.removeAll(counted);
        return found.stream().limit(NEW_MEMBERS_MAX).collect(Collectors.toSet());
    }

    /** A document from another store halts the group until an operator has looked. */
    private Standing settledIn(Standing now, Identity identity) {
        return now.with(OperatorRules.settledIn(now, identity.id(), newestFence));
    }

    /** So does a store that is older than it was. */
    private Standing trusted(Standing now, Identity identity) {
        boolean isOlder =
                newest.id().equals(identity.id()) && identity.revision() < newest.revision();
        return isOlder
                ? now.with(
                        OperatorRules.restored(
                                now,
                                "the store was at revision "
                                        + newest.revision()
                                        + " and is at "
                                        + identity.revision(),
                                newestFence))
                : now;
    }

    private Standing forgetTheLost(Standing now, List<Ticket<?>> tickets) {
        Set<String> asking = Ticket.ids(tickets);
        Duration grace = now.group().policy().times().grace();
        Line line = now.line();
        for (Waiter waiter : now.line().first()) {
            boolean isLost = unchanged(waiter).compareTo(grace) > 0;
            if (isLost
                    && !asking.contains(waiter.id())
                    && !parts.audience().isPresent(waiter.id())
                    && line.changes().size() < BESIDES_MAX) {
                line = line.leave(waiter.id());
            }
        }
        return now.with(line);
    }

    /** Who asks while it waits keeps its place: once in a while that is written down. */
    private Standing heard(Standing now, Ticket<?> ticket) {
        Duration often = now.group().policy().times().grace().dividedBy(REFRESHES_IN_GRACE);
        Optional<Waiter> asks =
                ticket.question()
                        .about()
                        .flatMap(id -> now.line().find(id))
                        .filter(waiter -> waiter.place().isWritten())
                        .filter(waiter -> unchanged(waiter).compareTo(often) > 0);
        return asks.map(waiter -> now.with(now.line().refresh(waiter))).orElse(now);
    }

    private Standing callOverdue(Standing now) {
        Standing at = now;
        for (Holder holder : now.group().holders()) {
            Duration unseen = unchanged(holder);
            boolean isOverdue =
                    holder.fence() != RebootGroup.FENCE_OF_THIS_WRITE
                            && unseen.compareTo(now.group().policy().times().deadline()) > 0;
            if (isOverdue) {
                var call = Call.first("overdue-" + holder.fence(), ReturnRules.COORDINATOR);
                at = ReturnRules.overdue(at, holder.id(), holder.fence(), call).after(at);
            }
        }
        return at;
    }

    /** Gives free slots to the first in line that wait here; the others have them kept. */
    private Standing serve(Standing now, List<Waiter> served) {
        Standing at = now;
        for (Waiter waiter : now.line().first()) {
            if (at.free() <= 0 || served.size() >= BESIDES_MAX) {
                break;
            }
            if (waiter.place().isWritten() && parts.audience().isPresent(waiter.id())) {
                var node = new NodeIdentity(waiter.id(), waiter.boot(), waiter.version());
                Verdict verdict = Admission.judge(at, node);
                if (verdict instanceof Verdict.Granted) {
                    var call = Call.first(waiter.request(), waiter.id());
                    at = GroupRules.request(at, node, call).after(at);
                    served.add(waiter);
                }
            }
        }
        return at;
    }

    private Duration unchanged(Waiter waiter) {
        return sightings.unchanged(
                key(waiter), waiter.place().modified(), parts.time().nanos().getAsLong());
    }

    /** From its grant, or from when it took up an overdue turn again. */
    private Duration unchanged(Holder holder) {
        return sightings.unchanged(
                key(holder),
                holder.fence() + "/" + holder.state().isCounted(),
                parts.time().nanos().getAsLong());
    }

    private static String key(Waiter waiter) {
        return "waiter " + waiter.id();
    }

    private static String key(Holder holder) {
        return "holder " + holder.id();
    }

    private void note(List<AuditEntry> audit, Standing before, Standing after, String actor) {
        if (before.group().equals(after.group())) {
            return;
        }
        Instant now = before.circumstances().now();
        Differences.between(before.group(), after.group())
                .forEach(event -> audit.add(new AuditEntry(0, now, actor, event)));
    }
}
