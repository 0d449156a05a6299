package io.keelson.engine.lock;

import okhttp3.Dns;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Looks names up on a thread of their own. The system's resolver waits in native code, for many
 * seconds if no name server answers, and a virtual thread takes its carrier along there. The daemon
 * has one carrier, on which its control socket is served.
 */
record PlatformDns(Dns names) implements Dns {
    @Override
    public List<InetAddress> lookup(String name) throws UnknownHostException {
        var question = new FutureTask<>(() -> names.lookup(name));
        Thread.ofPlatform().daemon().name("looks up " + name).start(question);
        try {
            return question.get();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new UnknownHostException(name + " (interrupted)");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownHostException unknown) {
                throw unknown;
            }
            var failure = new UnknownHostException(name);
            failure.initCause(e.getCause());
            throw failure;
        }
    }
}
