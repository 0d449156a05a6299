package io.keelson.reboot;

import io.keelson.reboot.rules.Call;
import io.keelson.reboot.rules.RefusalKind;
import io.keelson.reboot.rules.RuleStep;
import io.keelson.reboot.rules.Standing;

import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Something asked of a group.
 *
 * @param about the node it is about, whose place in the line is looked up
 * @param actor who asks, for the audit log
 * @param form how an answer says what no rule decided
 * @param lookAt how many of the first in line the rule looks at while a slot is free; 0 for a rule
 *     that does not care who waits
 */
public record Question<A>(
        Optional<String> about, String actor, Rule<A> rule, Form<A> form, int lookAt) {
    /** Enough to know who is next. */
    public static final int THE_NEXT = 64;

    /** Enough to tell people about the line. */
    public static final int THE_LINE = 512;

    /** A pure rule; it may be applied again to a later state of the group. */
    public interface Rule<A> {
        RuleStep<A> apply(Standing now, Call call);
    }

    /** How an answer says that the store refused, or did not say. */
    public record Form<A>(
            BiFunction<RefusalKind, String, A> refused, Function<String, A> unavailable) {}
}
