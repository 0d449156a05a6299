package io.keelson.qemu.lab;

import io.keelson.host.ChildProcess;
import io.keelson.qemu.service.Belongings;
import io.keelson.qemu.service.Custody;

import java.io.IOException;

/** Ends the demo's children with it, and remembers them for the case that it is killed. */
public record Children(Belongings belongings, RunState state) implements Custody {
    @Override
    public void take(ChildProcess child) throws IOException {
        AutoCloseable end =
                () -> {
                    // Most have been ended by then by whoever started them.
                    if (child.isAlive()) {
                        child.close();
                    }
                };
        belongings.hold(end);
        state.remember(child.pid());
    }
}
