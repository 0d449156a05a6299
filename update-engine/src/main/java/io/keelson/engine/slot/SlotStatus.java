package io.keelson.engine.slot;

import io.keelson.disk.boot.BootEntryName;
import io.keelson.disk.gpt.DiskLayout;
import io.keelson.disk.gpt.DiskLayout.Slot;
import io.keelson.disk.gpt.GptPartition;
import io.keelson.disk.gpt.GptTable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One slot as it is on the disk now.
 *
 * @param label of its usr partition: {@code keelson_<version>} or {@code _empty}
 * @param entry the boot entry of that release, if there is one
 */
public record SlotStatus(
        Slot slot, boolean isRunning, String label, Optional<BootEntryName> entry) {
    /** Both slots, from the partition table and the ESP. */
    public static List<SlotStatus> read(DiskAccess access, DiskPaths paths) throws IOException {
        RunningDisk running = RunningDisk.detect(paths);
        List<BootEntryName> entries = new BootEntries(access, paths.esp()).list();
        var slots = new ArrayList<SlotStatus>();
        try (var disk = access.openForRead(running.device())) {
            GptTable table =
                    GptTable.scan(disk.channel(), running.sectorSize(), disk.sizeBytes()).table();
            for (Slot slot : Slot.values()) {
                String label = table.partition(slot.usrNumber()).map(GptPartition::name).orElse("");
                Optional<BootEntryName> entry =
                        entries.stream()
                                .filter(e -> DiskLayout.label(e.version()).equals(label))
                                .findFirst();
                slots.add(new SlotStatus(slot, slot == running.slot(), label, entry));
            }
        }
        return List.copyOf(slots);
    }

    /** The release in the slot; empty for a slot without one. */
    public String version() {
        String prefix = DiskLayout.OS + "_";
        return label.startsWith(prefix) ? label.substring(prefix.length()) : "";
    }

    /** One word: running, good, on-trial, bad, no-entry or empty. */
    public String state() {
        if (isRunning) {
            return "running";
        }
        if (version().isEmpty()) {
            return "empty";
        }
        if (entry.isEmpty()) {
            return "no-entry";
        }
        if (entry.get().isExhausted()) {
            return "bad";
        }
        return entry.get().isOnTrial() ? "on-trial" : "good";
    }
}
