package io.keelson.engine.surroundings;

import io.keelson.reboot.rules.CommitAnswer;
import io.keelson.reboot.rules.LockAnswer;
import io.keelson.reboot.rules.Outcome;
import io.keelson.reboot.rules.ReleaseAnswer;

/** The reboot lock of this host's group, asked in this host's name. */
public interface RebootSlots {
    LockAnswer request();

    CommitAnswer commit(long fence);

    ReleaseAnswer release(Outcome outcome);
}
