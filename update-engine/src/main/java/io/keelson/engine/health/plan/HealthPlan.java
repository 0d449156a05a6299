package io.keelson.engine.health.plan;

import io.keelson.engine.health.check.CheckOutcome;
import io.keelson.engine.health.check.CustomCheck;
import io.keelson.engine.health.check.FailedUnits;
import io.keelson.engine.health.check.FreeSpace;
import io.keelson.engine.health.check.HealthCheck;
import io.keelson.engine.health.check.HttpProbe;
import io.keelson.engine.health.check.Programs;
import io.keelson.engine.health.check.RequiredUnit;
import io.keelson.engine.health.check.RunningContainers;
import io.keelson.engine.health.check.SynchronisedClock;
import io.keelson.engine.health.check.TcpProbe;
import io.keelson.engine.health.check.VerifiedUsr;
import io.keelson.engine.slot.DiskPaths;
import io.keelson.host.Clock;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All checks of a host: those every host has, and those of its {@code health.conf} files. */
public final class HealthPlan {
    static final Duration LOOK_DEFAULT = Duration.ofSeconds(30);
    private static final int LOOK_SECONDS_MAX = 300;
    private static final int RETRY_SECONDS_MAX = 500;
    private static final String SOFT_PROGRAM = ".soft";

    /** What each kind of section may say besides what all may. */
    private static final Map<String, List<String>> KEYS = keys();

    private static final List<String> KEYS_OF_ALL = List.of("enabled", "level", "timeout", "retry");

    private final Host host;
    private final Map<String, PlannedCheck> checks = new LinkedHashMap<>();

    /**
     * What checks are made with.
     *
     * @param programDirectories lowest first
     * @param server that the one asked for updates answers, if any is
     * @param requiredUnits of {@code update.conf}
     * @param timeout how long to ask again where no section says so
     */
    public record Host(
            Programs programs,
            DiskPaths paths,
            List<Path> programDirectories,
            Optional<HealthCheck> server,
            List<String> requiredUnits,
            Duration timeout) {
        public Host {
            programDirectories = List.copyOf(programDirectories);
            requiredUnits = List.copyOf(requiredUnits);
        }
    }

    private HealthPlan(Host host) {
        this.host = host;
    }

    /**
     * The checks in the order they are asked.
     *
     * @param files lowest first; those that are not there say nothing
     * @throws HealthConfException when one of them cannot be used
     */
    public static List<PlannedCheck> read(List<Path> files, Host host) throws IOException {
        var plan = new HealthPlan(host);
        plan.add(new VerifiedUsr(host.paths()));
        plan.add(new FailedUnits(host.programs(), List.of()));
        for (String unit : host.requiredUnits()) {
            plan.add(new RequiredUnit(host.programs(), unit));
        }
        for (HealthCheck program : CustomCheck.in(host.programDirectories(), host.programs())) {
            plan.add(program);
        }
        for (Section section : HealthFile.read(files)) {
            plan.apply(section);
        }
        return List.copyOf(plan.checks.values());
    }

    /** What is asked where no plan can be read: why not. */
    public static PlannedCheck unusable(HealthConfException problem) {
        String reason = String.valueOf(problem.getMessage());
        HealthCheck check =
                new HealthCheck() {
                    @Override
                    public String name() {
                        return "health.conf";
                    }

                    @Override
                    public CheckOutcome look(Duration limit) {
                        return new CheckOutcome.Failed(reason);
                    }
                };
        return new PlannedCheck(check, Level.HARD, LOOK_DEFAULT, Duration.ZERO, false);
    }

    private static Map<String, List<String>> keys() {
        var keys = new LinkedHashMap<String, List<String>>();
        // A switch over kinds is in check(); this is its list for people.
        keys.put("clock", List.of());
        keys.put("containers", List.of("names", "root", "runtime"));
        keys.put("disk", List.of("free"));
        keys.put("failed-units", List.of("ignore"));
        keys.put("http", List.of("url", "status", "contains"));
        keys.put("program", List.of());
        keys.put("tcp", List.of("address"));
        keys.put("unit", List.of());
        keys.put("update-server", List.of());
        return keys;
    }

    private void add(HealthCheck check) {
        Level level = check.name().endsWith(SOFT_PROGRAM) ? Level.SOFT : Level.HARD;
        checks.put(
                check.name(), new PlannedCheck(check, level, LOOK_DEFAULT, host.timeout(), false));
    }

    private void apply(Section section) throws IOException {
        List<String> own = KEYS.get(section.kind());
        if (own == null) {
            throw section.error(
                    "unknown kind of check; known: " + String.join(", ", KEYS.keySet()));
        }
        var known = new ArrayList<>(KEYS_OF_ALL);
        known.addAll(own);
        section.requireKeys(known);
        HealthCheck check = check(section);
        if (!section.isEnabled()) {
            checks.remove(check.name());
            return;
        }
        boolean isByName = check.name().endsWith(SOFT_PROGRAM);
        boolean isOutside = section.kind().equals("update-server");
        checks.put(
                check.name(),
                new PlannedCheck(
                        check,
                        section.level(isByName || isOutside ? Level.SOFT : Level.HARD),
                        section.seconds("timeout", LOOK_DEFAULT, 1, LOOK_SECONDS_MAX),
                        section.seconds("retry", host.timeout(), 0, RETRY_SECONDS_MAX),
                        !section.text("retry").isEmpty()));
    }

    private HealthCheck check(Section section) throws IOException {
        return switch (section.kind()) {
            case "clock" -> new SynchronisedClock(Clock::isSynchronised);
            case "containers" ->
                    new RunningContainers(
                            "containers:" + named(section),
                            host.programs(),
                            section.runtime(),
                            section.containers());
            case "disk" -> {
                long[] free = section.size("free");
                yield new FreeSpace(
                        Path.of(named(section)), new FreeSpace.Least(free[0], (int) free[1]));
            }
            case "failed-units" ->
                    new FailedUnits(
                            host.programs(),
                            List.of(section.text("ignore").strip().split("\\s+", -1)));
            case "http" -> {
                Section.Pair status = section.status();
                yield new HttpProbe(
                        "http:" + named(section),
                        new HttpProbe.Expected(
                                section.url(),
                                status.first(),
                                status.second(),
                                section.text("contains")));
            }
            case "program" -> program(section);
            case "tcp" -> {
                Section.Address address = section.address();
                yield new TcpProbe("tcp:" + named(section), address.host(), address.port());
            }
            case "unit" -> new RequiredUnit(host.programs(), named(section));
            default -> updateServer(section);
        };
    }

    private static String named(Section section) throws HealthConfException {
        if (section.name().isEmpty()) {
            throw section.error("needs a name, as in [%s NAME]".formatted(section.kind()));
        }
        return section.name();
    }

    private HealthCheck program(Section section) throws IOException {
        String name = CustomCheck.NAME_PREFIX + named(section);
        for (HealthCheck program : CustomCheck.in(host.programDirectories(), host.programs())) {
            if (program.name().equals(name)) {
                return program;
            }
        }
        throw section.error("there is no executable of that name in " + host.programDirectories());
    }

    private HealthCheck updateServer(Section section) throws HealthConfException {
        return host.server().orElseThrow(() -> section.error("SERVER in update.conf is disabled"));
    }
}
