package io.keelson.reboot.rules;

import io.keelson.reboot.group.Line;
import io.keelson.reboot.group.RebootGroup;

/**
 * Everything a rule looks at.
 *
 * @param storeRevision of the whole store when this was read
 */
public record Standing(
        RebootGroup group, Line line, Circumstances circumstances, long storeRevision) {
    public Standing with(RebootGroup next) {
        return new Standing(next, line, circumstances, storeRevision);
    }

    public Standing with(Line next) {
        return new Standing(group, next, circumstances, storeRevision);
    }

    /** Slots nobody holds; negative after the slots were made fewer than the holders. */
    public int free() {
        return group.free(circumstances.members());
    }

    public int slots() {
        return group.policy().slots().of(circumstances.members());
    }
}
