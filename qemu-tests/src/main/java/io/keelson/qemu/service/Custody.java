package io.keelson.qemu.service;

import io.keelson.host.ChildProcess;

import java.io.IOException;

/** Takes charge of a child process the moment it runs, long before it is ready for anything. */
@FunctionalInterface
public interface Custody {
    /** For a caller that ends its children itself. */
    Custody NONE = _ -> {};

    void take(ChildProcess child) throws IOException;
}
