package io.keelson.engine;

import io.keelson.engine.surroundings.RebootSlots;
import io.keelson.reboot.RebootLock;
import io.keelson.reboot.rules.CommitAnswer;
import io.keelson.reboot.rules.LockAnswer;
import io.keelson.reboot.rules.NodeIdentity;
import io.keelson.reboot.rules.Outcome;
import io.keelson.reboot.rules.ReleaseAnswer;

/** The group's lock in etcd, asked in the name of one boot of this machine. */
record EtcdSlots(RebootLock lock, NodeIdentity node) implements RebootSlots {
    @Override
    public LockAnswer request() {
        return lock.request(node);
    }

    @Override
    public CommitAnswer commit(long fence) {
        return lock.commit(node, fence);
    }

    @Override
    public ReleaseAnswer release(Outcome outcome) {
        return lock.release(node, outcome);
    }
}
