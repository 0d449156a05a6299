package io.keelson.engine.agent;

import io.keelson.engine.config.UpdateConfig;
import io.keelson.engine.departure.Departure;
import io.keelson.engine.fetch.Patience;
import io.keelson.engine.health.VerdictFiles;
import io.keelson.engine.install.Disks;
import io.keelson.engine.install.OfferInstaller;
import io.keelson.engine.server.UpdateServer;
import io.keelson.engine.state.json.StateFile;
import io.keelson.engine.surroundings.Machine;
import io.keelson.engine.surroundings.RebootSlots;

import java.time.InstantSource;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Everything the agent works with.
 *
 * @param server absent when updates are disabled
 * @param slots absent when reboots need no lock
 * @param groups where a slot is handed back that was taken in another group, or when reboots needed
 *     a lock
 * @param installer not asked for anything without a server
 */
public record AgentParts(
        UpdateConfig config,
        Machine machine,
        Optional<UpdateServer> server,
        Optional<RebootSlots> slots,
        RebootSlots.Groups groups,
        Departure departure,
        OfferInstaller installer,
        Disks disks,
        Files files,
        Chance chance) {
    /** What outlives a boot. */
    public record Files(StateFile state, VerdictFiles verdicts) {}

    /** Time, randomness, and waiting for mirrors by both. */
    public record Chance(InstantSource clock, RandomGenerator random, Patience patience) {}
}
