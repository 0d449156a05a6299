package io.keelson.reboot.simulate;

import io.keelson.reboot.simulate.SimulatedHost.Fate;
import io.keelson.reboot.simulate.SimulatedHost.State;
import io.keelson.reboot.simulate.SimulationReport.Halted;
import io.keelson.reboot.simulate.SimulationReport.Hosts;
import io.keelson.reboot.simulate.SimulationReport.Progress;
import io.keelson.reboot.window.Opening;
import io.keelson.reboot.window.WindowCalendar;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Counts what happens. */
final class Tally {
    private final WindowCalendar calendar;
    private final List<Halted> halts = new ArrayList<>();
    private final Map<String, Opening> grantedIn = new HashMap<>();
    private final Map<Instant, Opening> openings = new TreeMap<>();
    private final Map<Opening, int[]> byOpening = new HashMap<>();
    private Instant last = Instant.MIN;
    private int failed;
    private int away;
    private int mostAway;

    private static final int DONE = 0;
    private static final int FAILED = 1;

    Tally(WindowCalendar calendar) {
        this.calendar = calendar;
    }

    void halted(Instant at, String reason) {
        halts.add(new Halted(at, reason));
    }

    void granted(String id, Instant now) {
        // The start of one that has been open for weeks is only as old as anybody looked.
        calendar.openAt(now)
                .map(open -> openings.computeIfAbsent(open.end(), _ -> open))
                .ifPresent(open -> grantedIn.put(id, open));
    }

    void takenBack(String id) {
        grantedIn.remove(id);
    }

    void left() {
        away++;
        mostAway = Math.max(mostAway, away);
    }

    void ended(SimulatedHost host, boolean isFailed, Instant now) {
        away--;
        last = now;
        boolean isLost = host.fate == Fate.LOST;
        failed += isFailed ? 1 : 0;
        Opening opening = grantedIn.get(host.id);
        if (opening != null && !isLost) {
            byOpening.computeIfAbsent(opening, _ -> new int[2])[isFailed ? FAILED : DONE]++;
        }
    }

    SimulationReport report(Instant started, Collection<SimulatedHost> hosts) {
        int ended = 0;
        int lost = 0;
        int waiting = 0;
        var granted = new HashMap<Opening, int[]>();
        for (SimulatedHost host : hosts) {
            boolean isGone = host.state == State.AWAY || host.state == State.DONE;
            boolean isLost = isGone && host.fate == Fate.LOST;
            lost += isLost ? 1 : 0;
            ended += host.state == State.DONE && !isLost ? 1 : 0;
            waiting += isGone ? 0 : 1;
            Opening opening = grantedIn.get(host.id);
            if (opening != null) {
                int[] counts = granted.computeIfAbsent(opening, _ -> new int[2]);
                counts[0]++;
                counts[1] += isLost ? 1 : 0;
            }
        }
        var progress = new ArrayList<Progress>();
        granted.forEach((opening, counts) -> {
            int[] ends = byOpening.getOrDefault(opening, new int[2]);
            progress.add(new Progress(opening, counts[0], ends[DONE], ends[FAILED], counts[1]));
        });
        progress.sort(Comparator.comparing(each -> each.opening().start()));
        boolean isOver = hosts.stream().allMatch(host -> host.state == State.DONE);
        return new SimulationReport(
                started,
                isOver ? Optional.of(last) : Optional.empty(),
                new Hosts(ended - failed, failed, lost, waiting),
                mostAway,
                halts,
                progress);
    }
}
