package io.keelson.engine.agent;

import io.keelson.reboot.CommitAnswer;
import io.keelson.reboot.LockAnswer;
import io.keelson.reboot.Outcome;
import io.keelson.reboot.ReleaseAnswer;

/** The reboot lock of this host's group, asked in this host's name. */
public interface RebootSlots {
    LockAnswer request();

    CommitAnswer commit(long fence);

    ReleaseAnswer release(Outcome outcome);
}
