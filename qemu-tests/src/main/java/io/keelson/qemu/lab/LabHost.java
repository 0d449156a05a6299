package io.keelson.qemu.lab;

import io.keelson.qemu.guest.ConsoleGate;
import io.keelson.qemu.guest.GuestShell;
import io.keelson.qemu.machine.VirtualMachine;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** The host of the main job, as its shell and its console show it. */
public final class LabHost {
    /** Firmware, kernel and all units, on emulated processors that share a busy machine. */
    public static final Duration BOOT_DEADLINE = Duration.ofMinutes(8);

    private static final Duration ANSWER_DEADLINE = Duration.ofSeconds(90);
    private static final Duration JOURNAL_DEADLINE = Duration.ofSeconds(60);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final VirtualMachine machine;
    private int gateMark;
    private String bootId = "";

    public LabHost(VirtualMachine machine) {
        this.machine = machine;
    }

    public VirtualMachine machine() {
        return machine;
    }

    /** Waits for the next boot to reach its shell; returns its boot id. */
    public String awaitBoot() throws IOException, InterruptedException {
        while (true) {
            String boot = machine.awaitShell(BOOT_DEADLINE);
            // A shell that ended is started again in the same boot and greets again.
            if (!boot.equals(bootId)) {
                bootId = boot;
                return boot;
            }
        }
    }

    /** Forgets boots that passed unwatched. */
    public void skipBoots() {
        machine.shell().skipGreetings();
    }

    /** A command's output, which must succeed. */
    public String ask(String script) throws IOException, InterruptedException {
        GuestShell.Answer answer = machine.shell().run(script, ANSWER_DEADLINE);
        if (!answer.ok()) {
            throw new IOException(
                    "in the guest, '%s' ended with %d: %s"
                            .formatted(script, answer.exitCode(), answer.output().strip()));
        }
        return answer.output().strip();
    }

    /** What the update server and the reboot lock know it by. */
    public String machineId() throws IOException, InterruptedException {
        return ask("cat /etc/machine-id");
    }

    /** The release that runs. */
    public String version() throws IOException, InterruptedException {
        return ask(". /usr/lib/os-release; echo $IMAGE_VERSION");
    }

    public String kernel() throws IOException, InterruptedException {
        return ask("uname -r");
    }

    /** The last byte of the variable SecureBoot: 1 when the firmware enforces (UEFI 2.10, 3.3). */
    public String secureBoot() throws IOException, InterruptedException {
        return ask(
                "od -An -tu1 -j4 -N1 /sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c | tr -d ' '");
    }

    /** The two partitions below /usr: data and tree, by their kernel names. */
    public String slot() throws IOException, InterruptedException {
        return ask(
                "for d in /sys/block/dm-*; do [ $(cat $d/dm/name) = usr ] && echo $(ls $d/slaves); done");
    }

    /**
     * What boot loader started the kernel (Boot Loader Interface, LoaderInfo; UTF-16 behind four
     * bytes).
     */
    public String bootLoader() throws IOException, InterruptedException {
        return ask(
                "cat /sys/firmware/efi/efivars/LoaderInfo-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f | tail -c +5 | tr -d '\\000'");
    }

    /** dm-verity's own word about /usr: V while every block read so far was right. */
    public String verity() throws IOException, InterruptedException {
        return ask("dmsetup status usr");
    }

    /** keelsond's own account. */
    public JsonNode status() throws IOException, InterruptedException {
        return askJson("keelson host status --json");
    }

    /** The health gate's verdict about the running boot, which must be a good one. */
    public JsonNode health() throws IOException, InterruptedException {
        return askJson("keelson host health --json");
    }

    private JsonNode askJson(String command) throws IOException, InterruptedException {
        String text = ask(command);
        try {
            return JSON.readTree(text);
        } catch (JacksonException e) {
            throw new IOException("'" + command + "' in the guest is not JSON: " + text, e);
        }
    }

    /** The boot entries that systemd-boot finds, with their counters. */
    public List<String> bootEntries() throws IOException, InterruptedException {
        return List.of(ask("ls /efi/EFI/Linux").split("\\s+", -1));
    }

    /**
     * Changes when somebody writes the first 34 sectors (the partition table), the first 16 MiB of
     * a partition of a slot, or a boot entry; a slot is written from its start.
     */
    public String slotFingerprint() throws IOException, InterruptedException {
        return ask(
                """
                sync; echo 1 > /proc/sys/vm/drop_caches
                beginning() {
                    head -c "$2" "$1" > /run/keelson-look
                    if [ "$(stat -c %s /run/keelson-look)" != "$2" ]; then
                        echo "$1 does not give $2 bytes"
                        exit 1
                    fi
                    echo "$1 $(sha256sum < /run/keelson-look)"
                    rm /run/keelson-look
                }
                d=$(readlink -f /run/keelson/disk)
                beginning $d $((34 * 512))
                for n in 2 3 4 5; do beginning $d$n $((16 << 20)); done
                ls -l --full-time /efi/EFI/Linux || exit 1
                """);
    }

    /** The journal of all boots that the guest still has. */
    public void saveJournal(Path file) throws IOException, InterruptedException {
        GuestShell.Answer journal =
                machine.shell()
                        .run(
                                "journalctl --no-pager -o short-precise | tail -n 20000",
                                JOURNAL_DEADLINE);
        Files.writeString(file, journal.output());
    }

    /**
     * Judges what the console said since the last call.
     *
     * @throws IOException when it shows trouble that the gate does not expect
     */
    public void passGate(ConsoleGate gate) throws IOException {
        String news = machine.console().since(gateMark);
        gateMark += news.length();
        List<ConsoleGate.Finding> findings = gate.findings(news);
        if (!findings.isEmpty()) {
            throw new IOException(
                    "the console shows trouble nobody expected: "
                            + findings.stream()
                                    .map(finding -> finding.symptom() + ": " + finding.line())
                                    .collect(Collectors.joining("; ")));
        }
    }
}
