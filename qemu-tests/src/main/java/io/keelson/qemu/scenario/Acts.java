package io.keelson.qemu.scenario;

import io.keelson.qemu.guest.ConsoleGate;
import io.keelson.qemu.lab.EmulatorFault;
import io.keelson.qemu.lab.Lab;
import io.keelson.qemu.lab.LabHost;
import io.keelson.qemu.timeline.Timeline;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Scenarios that share one machine, one after the other. Each has a name and an end of its own;
 * what comes after one that failed is not tried, since it would begin on a machine nobody knows.
 */
public final class Acts {
    private final Timeline timeline;
    private final LabHost host;
    private final Map<String, Optional<IOException>> results = new LinkedHashMap<>();
    private boolean isBroken;

    Acts(Timeline timeline, LabHost host) {
        this.timeline = timeline;
        this.host = host;
    }

    /** What one scenario does; its answer is what was observed, in one phrase. */
    interface Act {
        String play() throws IOException, InterruptedException;
    }

    /**
     * How each scenario ended, in their order: with nothing, or with what was not as it should be.
     */
    public Map<String, Optional<IOException>> results() {
        return new LinkedHashMap<>(results);
    }

    /**
     * Plays one.
     *
     * @param gate lets pass what the scenario provokes, and nothing else
     * @throws EmulatorFault where it failed and the emulator is to blame
     */
    void play(String name, ConsoleGate gate, Act act) throws IOException, InterruptedException {
        if (isBroken) {
            results.put(
                    name, Optional.of(new IOException("not tried: a scenario before it failed")));
            return;
        }
        timeline.chapter(results.size() + 1, name);
        try {
            String observed = timeline.step(name, act::play);
            host.passGate(gate);
            timeline.fact(results.size() + 1, name, observed);
            results.put(name, Optional.empty());
        } catch (IOException e) {
            Optional<EmulatorFault> fault = Lab.emulatorFault(host.machine(), e);
            if (fault.isPresent()) {
                throw fault.get();
            }
            timeline.note("FAILED: " + e.getMessage());
            results.put(name, Optional.of(e));
            isBroken = true;
        }
    }
}
