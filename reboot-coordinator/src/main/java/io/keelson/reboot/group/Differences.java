package io.keelson.reboot.group;

import io.keelson.reboot.group.RebootGroup.Holder;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What happened between two states of a group, in words for its audit log. */
public final class Differences {
    private Differences() {}

    public static List<String> between(RebootGroup before, RebootGroup after) {
        var found = new ArrayList<String>();
        for (Holder holder : after.holders()) {
            Optional<Holder> earlier = before.holder(holder.id());
            if (earlier.isEmpty()) {
                found.add("granted " + holder.id() + " as " + holder.state().wire());
            } else if (earlier.get().state() != holder.state()) {
                found.add(
                        holder.id()
                                + " from "
                                + earlier.get().state().wire()
                                + " to "
                                + holder.state().wire());
            }
        }
        for (Holder holder : before.holders()) {
            if (after.holder(holder.id()).isEmpty()) {
                found.add("released " + holder.id() + " from " + holder.state().wire());
            }
        }
        if (after.failures().used() > before.failures().used()) {
            found.add(
                    "failure "
                            + after.failures().used()
                            + " of "
                            + after.policy().failureBudget()
                            + after.failures()
                                    .last()
                                    .map(last -> ": " + last.id() + " " + last.reason())
                                    .orElse(""));
        }
        if (!after.halted().equals(before.halted())) {
            found.add(after.halted().map(halt -> "halted: " + halt.reason()).orElse("resumed"));
        }
        if (!after.policy().equals(before.policy())) {
            found.add(
                    "policy changed, slots "
                            + before.policy().slots().text()
                            + " to "
                            + after.policy().slots().text());
        }
        return found;
    }
}
