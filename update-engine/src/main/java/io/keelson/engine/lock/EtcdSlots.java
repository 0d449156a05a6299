package io.keelson.engine.lock;

import io.keelson.engine.surroundings.RebootSlots;
import io.keelson.reboot.RebootLock;
import io.keelson.reboot.group.HolderState;
import io.keelson.reboot.rules.CommitAnswer;
import io.keelson.reboot.rules.LockAnswer;
import io.keelson.reboot.rules.NodeIdentity;
import io.keelson.reboot.rules.Outcome;
import io.keelson.reboot.rules.ReleaseAnswer;

/** The group's lock in etcd, asked in the name of one boot of this machine. */
record EtcdSlots(RebootLock lock, NodeIdentity node) implements RebootSlots {
    @Override
    public LockAnswer request(String leaving) {
        return lock.request(new NodeIdentity(node.id(), node.bootId(), leaving));
    }

    @Override
    public void tell(long fence, HolderState state) {
        var _ = lock.progress(node, fence, state);
    }

    @Override
    public void tellReturned() {
        var _ = lock.report(node, false);
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
