package io.keelson.reboot.faults;

import io.keelson.reboot.GroupAnswer;
import io.keelson.reboot.RebootLock;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Random;

/** Sets the failure budget of the group directly. */
record Budget(Cluster cluster) {
    void set(int failures) throws IOException {
        var lock =
                new RebootLock(
                        cluster.client(Duration.ofSeconds(5)),
                        "fleet",
                        InstantSource.system(),
                        () -> "budget",
                        new Random(1));
        if (!(lock.setFailureBudget(failures) instanceof GroupAnswer.Done)) {
            throw new IOException("the failure budget cannot be set");
        }
    }
}
