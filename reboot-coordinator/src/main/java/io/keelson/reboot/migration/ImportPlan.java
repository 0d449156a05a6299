package io.keelson.reboot.migration;

import io.keelson.reboot.Question;
import io.keelson.reboot.group.HolderState;
import io.keelson.reboot.group.Names;
import io.keelson.reboot.group.RebootGroup;
import io.keelson.reboot.group.RebootGroup.Holder;
import io.keelson.reboot.group.Slots;
import io.keelson.reboot.rules.Call;
import io.keelson.reboot.rules.NodeIdentity;
import io.keelson.reboot.rules.OperatorRules;
import io.keelson.reboot.rules.RuleStep;
import io.keelson.reboot.rules.Standing;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What importing a foreign group will do to the group of that name here.
 *
 * @param group its name here
 * @param halt why nobody will be granted a slot; the other program granted nobody one either
 * @param remarks what a person should know, one sentence each
 */
public record ImportPlan(
        String group,
        int slots,
        List<String> holders,
        Optional<String> halt,
        List<String> remarks) {
    public ImportPlan {
        holders = List.copyOf(holders);
        remarks = List.copyOf(remarks);
    }

    /** Fits a foreign group into the names and limits here; says in a sentence when it cannot. */
    public static ImportPlan of(ForeignGroup foreign) {
        String origin = foreign.origin().name().toLowerCase(Locale.ROOT);
        var remarks = new ArrayList<String>(foreign.remarks());
        String name = foreign.name().replaceAll("[^0-9A-Za-z._:-]", "-");
        if (!name.equals(foreign.name())) {
            remarks.add(
                    "the group '%s' becomes '%s': a name here has no other characters"
                            .formatted(Names.oneLine(foreign.name()), name));
        }
        Names.require("group", name);
        foreign.holders().forEach(id -> Names.require("holder", id));
        if (foreign.slots() > Slots.SLOTS_MAX) {
            throw new IllegalArgumentException(
                    "group %s has %d slots and may have %d here"
                            .formatted(name, foreign.slots(), Slots.SLOTS_MAX));
        }
        boolean isStopped = foreign.slots() < 1;
        Optional<String> halt =
                isStopped
                        ? Optional.of(
                                "imported from %s, where it had %d slots"
                                        .formatted(origin, foreign.slots()))
                        : Optional.empty();
        if (isStopped) {
            remarks.add(
                    "%d slots let nobody reboot: the group gets 1 slot and is halted"
                            .formatted(foreign.slots()));
        }
        return new ImportPlan(
                name, (int) Math.max(1, foreign.slots()), foreign.holders(), halt, remarks);
    }

    /**
     * The question to put to the group's desk. Who holds a slot there holds one here, as somebody
     * whose boot is not known; whoever holds one already keeps it. Asked twice it changes nothing.
     */
    public Question<Adopted> question() {
        return new Question<>(
                Optional.empty(),
                "import",
                this::adopt,
                new Question.Form<>((_, reason) -> new Adopted.Not(reason), Adopted.Not::new),
                0);
    }

    /** What came of it. */
    public sealed interface Adopted {
        record Done(int added) implements Adopted {}

        record Not(String reason) implements Adopted {}
    }

    private RuleStep<Adopted> adopt(Standing now, Call call) {
        RebootGroup next = OperatorRules.withSlots(now.group(), new Slots.Count(slots));
        int added = 0;
        for (String id : holders) {
            if (next.holder(id).isEmpty()) {
                // It may be on its way down: FleetLock's and locksmith's holders ask nothing more.
                next =
                        next.withHolder(
                                new Holder(
                                        id,
                                        NodeIdentity.UNKNOWN_BOOT,
                                        "",
                                        HolderState.COMMITTED,
                                        RebootGroup.FENCE_OF_THIS_WRITE,
                                        call.request(),
                                        now.circumstances().now()));
                added++;
            }
        }
        if (halt.isPresent() && next.halted().isEmpty()) {
            next = OperatorRules.halt(now.with(next), halt.get(), call);
        }
        int count = added;
        return new RuleStep<>(next, now.line(), _ -> new Adopted.Done(count));
    }
}
