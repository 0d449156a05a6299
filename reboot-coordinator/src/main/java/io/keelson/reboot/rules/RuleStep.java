package io.keelson.reboot.rules;

import io.keelson.reboot.group.Line;
import io.keelson.reboot.group.RebootGroup;

import java.util.function.LongFunction;

/**
 * The group and its line after a rule, and the answer once the revision of the write is known. What
 * did not change is not written; its answer gets the revision it was read at.
 */
public record RuleStep<A>(RebootGroup group, Line line, LongFunction<A> answer) {
    static <A> RuleStep<A> unchanged(Standing standing, A answer) {
        return new RuleStep<>(standing.group(), standing.line(), _ -> answer);
    }

    static <A> RuleStep<A> of(Standing standing, RebootGroup next, A answer) {
        return new RuleStep<>(next, standing.line(), _ -> answer);
    }

    public Standing after(Standing before) {
        return new Standing(group, line, before.circumstances(), before.storeRevision());
    }
}
