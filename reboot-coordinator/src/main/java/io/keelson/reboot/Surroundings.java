package io.keelson.reboot;

import io.keelson.reboot.group.RebootGroup;
import io.keelson.reboot.rules.Circumstances;

import java.time.Instant;

/** Looks at what a grant depends on besides the group's document; answers from memory, at once. */
public interface Surroundings {
    /** Nothing is known but the time. */
    Surroundings NONE = (_, now, members) -> Circumstances.at(now, members);

    Circumstances look(RebootGroup group, Instant now, int members);
}
