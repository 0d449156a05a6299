package io.keelson.engine.departure;

import io.keelson.engine.health.check.Programs;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Over systemd-logind, wall(1) and the programs in drain.d. */
public final class HostDeparture implements Departure {
    private static final Duration DEADLINE = Duration.ofSeconds(20);
    private static final System.Logger LOG = System.getLogger("io.keelson.keelsond");

    private final Programs programs;
    private final DrainHooks hooks;

    /**
     * The departure of the host this process runs on.
     *
     * @param hookDirectories lowest first; a program replaces one of the same name before it
     */
    public HostDeparture(Programs programs, List<Path> hookDirectories, InstantSource clock) {
        this.programs = programs;
        this.hooks = new DrainHooks(programs, hookDirectories, clock);
    }

    @Override
    public boolean hasUsers() throws InterruptedException {
        Optional<String> sessions = output("loginctl", "list-sessions", "--no-legend");
        return sessions.isPresent() && Sessions.hasUser(sessions.get());
    }

    @Override
    public void tell(String message) throws InterruptedException {
        Optional<String> _ = output("wall", message);
    }

    @Override
    public Optional<String> blocker() throws InterruptedException {
        // The tables of systemd-inhibit cannot be told apart into columns; the bus can.
        return output(
                        "busctl",
                        "--json=short",
                        "call",
                        "org.freedesktop.login1",
                        "/org/freedesktop/login1",
                        "org.freedesktop.login1.Manager",
                        "ListInhibitors")
                .flatMap(Inhibitors::blocker);
    }

    @Override
    public Optional<String> drain(Duration most) throws InterruptedException {
        return hooks.drain(most);
    }

    @Override
    public void undrain(Duration most) throws InterruptedException {
        hooks.undrain(most);
    }

    @Override
    public void undrainAll(Duration most) throws InterruptedException {
        hooks.undrainAll(most);
    }

    /** A host without logind or wall can be rebooted all the same. */
    private Optional<String> output(String... argv) throws InterruptedException {
        try {
            return Optional.of(
                    programs.run(List.of(argv), DEADLINE)
                            .orThrow("preparing for a reboot")
                            .stdout());
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "{0}", e.getMessage());
            return Optional.empty();
        }
    }
}
