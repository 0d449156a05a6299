package io.keelson.engine.dbus;

import io.keelson.engine.control.ControlHandler;
import io.keelson.engine.state.AgentRecord;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * update_engine's service on the system bus, for as long as there is one: a bus that is not there,
 * or goes away, is looked for again. Nothing else depends on it.
 */
public final class UpdateService implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("io.keelson.keelsond");
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(30);
    private static final Duration NEWS_PERIOD = Duration.ofSeconds(1);
    private static final int CALLS_MAX = 8;

    private final Path socket;
    private final UpdateInterface target;
    private final Duration lookAgain;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore calls = new Semaphore(CALLS_MAX);
    private String saidFailure = "";

    private UpdateService(Path socket, UpdateInterface target, Duration lookAgain) {
        this.socket = socket;
        this.target = target;
        this.lookAgain = lookAgain;
    }

    /** Offers the agent on the bus that listens, or will listen, on a socket. */
    public static UpdateService start(
            Path socket, ControlHandler control, Supplier<AgentRecord> memory) {
        return start(socket, control, memory, LOOK_AGAIN);
    }

    static UpdateService start(
            Path socket, ControlHandler control, Supplier<AgentRecord> memory, Duration lookAgain) {
        var target = new UpdateInterface(control, memory);
        var service = new UpdateService(socket, target, lookAgain);
        service.threads.execute(service::run);
        return service;
    }

    private void run() {
        try {
            while (true) {
                if (Files.exists(socket)) {
                    serve();
                }
                Thread.sleep(lookAgain);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Until the connection breaks. */
    private void serve() throws InterruptedException {
        try (BusConnection bus = BusConnection.open(socket, UpdateInterface.NAME)) {
            LOG.log(Level.INFO, "on the system bus as " + UpdateInterface.NAME);
            saidFailure = "";
            var news = threads.submit(() -> tellNews(bus));
            try {
                while (true) {
                    BusMessage message = bus.read();
                    if (message.type() == BusMessage.CALL) {
                        calls.acquire();
                        threads.execute(() -> answer(bus, message));
                    }
                }
            } finally {
                boolean _ = news.cancel(true);
            }
        } catch (IOException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedException();
            }
            say(String.valueOf(e.getMessage()));
        }
    }

    private void say(String failure) {
        if (!failure.equals(saidFailure)) {
            LOG.log(Level.WARNING, "not on the system bus, trying on reason=" + failure);
            saidFailure = failure;
        }
    }

    private void answer(BusConnection bus, BusMessage call) {
        try {
            BusMessage answer = target.answer(call, bus.nextSerial());
            if (call.wantsReply()) {
                bus.send(answer);
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "a caller on the bus went away reason={0}", e.getMessage());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            calls.release();
        }
    }

    private void tellNews(BusConnection bus) {
        try {
            UpdateStatus told = target.status();
            while (true) {
                Thread.sleep(NEWS_PERIOD);
                UpdateStatus now = target.status();
                if (now.isNewsAfter(told)) {
                    bus.send(signal(bus.nextSerial(), now));
                    told = now;
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "the bus went away reason={0}", e.getMessage());
        }
    }

    private static BusMessage signal(int serial, UpdateStatus status) {
        return BusMessage.of(
                BusMessage.SIGNAL,
                serial,
                Map.of(
                        BusMessage.PATH, UpdateInterface.OBJECT,
                        BusMessage.INTERFACE, UpdateInterface.INTERFACE,
                        BusMessage.MEMBER, "StatusUpdate",
                        BusMessage.SIGNATURE, UpdateStatus.SIGNATURE),
                status.body());
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
