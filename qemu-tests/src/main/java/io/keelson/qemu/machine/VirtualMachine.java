package io.keelson.qemu.machine;

import io.keelson.host.ChildProcess;
import io.keelson.host.Command;
import io.keelson.qemu.guest.Console;
import io.keelson.qemu.guest.GuestShell;
import io.keelson.qemu.service.Custody;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A running virtual machine; closing it ends it at once, as a power cut would. */
public final class VirtualMachine implements AutoCloseable {
    /** What the guest calls the machine it runs on (QEMU's user network). */
    public static final String HOST_ADDRESS = "10.0.2.2";

    /** In the console's log where the power went. */
    public static final String POWER_CUT = "\r\n-- the power was cut here --\r\n";

    private static final Duration IMAGE_DEADLINE = Duration.ofMinutes(2);
    private static final Duration SOCKET_DEADLINE = Duration.ofSeconds(20);
    private static final Duration QUIT_DEADLINE = Duration.ofSeconds(5);
    private static final long POLL_MILLIS = 50;

    private final MachineSpec spec;
    private final ChildProcess qemu;
    private final Path sockets;
    private final Console console;
    private final GuestShell shell;
    private final Qmp qmp;

    private VirtualMachine(MachineSpec spec, ChildProcess qemu, Path sockets)
            throws IOException, InterruptedException {
        this.spec = spec;
        this.qemu = qemu;
        this.sockets = sockets;
        awaitSockets();
        this.console = Console.follow(consoleLog(spec.directory()));
        this.shell = GuestShell.connect(sockets.resolve("shell"));
        this.qmp = Qmp.connect(sockets.resolve("qmp"));
    }

    /** Makes the machine's files afresh and switches it on. */
    public static VirtualMachine create(MachineSpec spec, Custody custody)
            throws IOException, InterruptedException {
        Path directory = spec.directory();
        removeTree(directory);
        Files.createDirectories(directory);
        Command.run(
                        List.of(
                                Qemu.IMAGE_PROGRAM,
                                "create",
                                "-q",
                                "-f",
                                "qcow2",
                                "-F",
                                "raw",
                                "-b",
                                spec.image().toAbsolutePath().toString(),
                                disk(directory).toString()),
                        IMAGE_DEADLINE)
                .orThrow("making the machine's disk over " + spec.image());
        spec.firmware().copyVariables(variables(directory));
        return start(spec, custody);
    }

    /**
     * Gives a machine that is switched off a larger disk, as a provider does under an image.
     *
     * @param by as qemu-img takes it, such as {@code +1G}
     */
    public static void grow(MachineSpec spec, String by) throws IOException, InterruptedException {
        Command.run(
                        List.of(
                                Qemu.IMAGE_PROGRAM,
                                "resize",
                                "-q",
                                "-f",
                                "qcow2",
                                disk(spec.directory()).toString(),
                                by),
                        IMAGE_DEADLINE)
                .orThrow("making the machine's disk larger by " + by);
    }

    /** Switches on a machine whose files are there already. */
    public static VirtualMachine start(MachineSpec spec, Custody custody)
            throws IOException, InterruptedException {
        // A socket's path has room for 107 bytes only; a project directory may be deeper than that.
        Path sockets = Files.createTempDirectory("keelson-vm-");
        List<String> arguments = new ArrayList<>(arguments(spec, sockets));
        if (spec.hasTpm()) {
            arguments.addAll(Tpm.start(spec.directory(), sockets, custody).arguments());
        }
        ChildProcess qemu = Command.start(arguments, qemuLog(spec.directory()), Map.of());
        try {
            custody.take(qemu);
            return new VirtualMachine(spec, qemu, sockets);
        } catch (IOException | InterruptedException e) {
            qemu.close();
            removeTree(sockets);
            throw e;
        }
    }

    public Console console() {
        return console;
    }

    public GuestShell shell() {
        return shell;
    }

    /** What its processors are. */
    public Accelerator accelerator() {
        return spec.accelerator();
    }

    public boolean isRunning() {
        return qemu.isAlive();
    }

    public long pid() {
        return qemu.pid();
    }

    /** Everything the serial console said. */
    public Path consoleLog() {
        return consoleLog(spec.directory());
    }

    /** The socket of the serial console, for a person to attach to. */
    public Path consoleSocket() {
        return sockets.resolve("console");
    }

    /** The firmware with this machine's variables as they are now. */
    public Firmware firmware() {
        return new Firmware(spec.firmware().code(), variables(spec.directory()));
    }

    /**
     * Waits for the console to say something after {@code mark}.
     *
     * @throws IOException when it does not, with the last lines it did say
     */
    public MatchResult awaitConsole(Pattern pattern, int mark, Duration deadline)
            throws IOException, InterruptedException {
        Optional<MatchResult> found = console.waitFor(pattern, mark, deadline, this::isRunning);
        if (found.isPresent()) {
            return found.get();
        }
        throw silence("the console did not show '" + pattern + "'", deadline);
    }

    /**
     * Waits for the next boot to reach its shell and returns its boot id.
     *
     * @throws IOException when it does not, with the last lines of the console
     */
    public String awaitShell(Duration deadline) throws IOException, InterruptedException {
        Optional<String> boot = shell.awaitGreeting(deadline, this::isRunning);
        if (boot.isPresent()) {
            return boot.get();
        }
        throw silence("the guest did not reach its shell", deadline);
    }

    /** Presses the reset button. */
    public void reset() throws IOException {
        qmp.execute("system_reset");
    }

    /** QEMU's word for what the machine does, such as {@code running}. */
    public String status() throws IOException {
        return qmp.execute("query-status").path("status").asString("unknown");
    }

    /**
     * Copies the disk as it is at one moment into a sparse raw file; the machine stands still for
     * it.
     *
     * @param raw is overwritten
     */
    public void snapshot(Path raw) throws IOException, InterruptedException {
        qmp.execute("stop");
        try {
            // "stop" flushes; -U reads in spite of the running machine's lock on the file.
            Command.run(
                            List.of(
                                    Qemu.IMAGE_PROGRAM,
                                    "convert",
                                    "-U",
                                    "-f",
                                    "qcow2",
                                    "-O",
                                    "raw",
                                    disk(spec.directory()).toString(),
                                    raw.toString()),
                            IMAGE_DEADLINE)
                    .orThrow("copying the machine's disk to " + raw);
        } finally {
            qmp.execute("cont");
        }
    }

    /** Presses the power button and waits until the machine is off. */
    public void powerOff(Duration deadline) throws IOException, InterruptedException {
        qmp.execute("system_powerdown");
        if (qemu.waitFor(deadline).isEmpty()) {
            throw silence("the machine did not switch itself off", deadline);
        }
    }

    /** Takes the power away: what the guest has not flushed may be lost. */
    public void cutPower() throws IOException, InterruptedException {
        ProcessHandle.of(qemu.pid()).ifPresent(ProcessHandle::destroyForcibly);
        if (qemu.waitFor(QUIT_DEADLINE).isEmpty()) {
            throw new IOException("QEMU (process " + qemu.pid() + ") did not die");
        }
        // For whoever reads on: the next boot, in the same log, was no fault of this one.
        Files.writeString(consoleLog(), POWER_CUT, StandardOpenOption.APPEND);
    }

    @Override
    public void close() {
        try {
            if (qemu.isAlive()) {
                qmp.execute("quit");
                var _ = qemu.waitFor(QUIT_DEADLINE);
            }
            qmp.close();
            shell.close();
        } catch (IOException _) {
            // It ended by itself or does not listen any more; the process is ended below in any
            // case.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        qemu.close();
        console.close();
        try {
            removeTree(sockets);
        } catch (IOException _) {
            // A left-over empty directory below the system's temporary one harms nobody.
        }
    }

    private IOException silence(String what, Duration deadline) throws IOException {
        if (!isRunning()) {
            return new IOException(
                    what + " because QEMU ended: " + Qemu.lastLine(qemuLog(spec.directory())));
        }
        return new IOException(
                "%s within %d s; the console (%s) ends with:%n%s"
                        .formatted(
                                what,
                                deadline.toSeconds(),
                                consoleLog(),
                                console.tail(15).indent(4)));
    }

    private void awaitSockets() throws IOException, InterruptedException {
        long end = System.nanoTime() + SOCKET_DEADLINE.toNanos();
        while (!Files.exists(sockets.resolve("qmp"))) {
            if (!qemu.isAlive() || System.nanoTime() > end) {
                throw new IOException(
                        "QEMU did not start: " + Qemu.lastLine(qemuLog(spec.directory())));
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    private static List<String> arguments(MachineSpec spec, Path sockets) throws IOException {
        Path directory = spec.directory();
        List<String> argv =
                new ArrayList<>(
                        List.of(
                                Qemu.PROGRAM,
                                "-nodefaults",
                                "-no-user-config",
                                "-display",
                                "none"));
        argv.addAll(spec.accelerator().arguments());
        argv.addAll(new Firmware(spec.firmware().code(), variables(directory)).arguments());
        argv.addAll(
                List.of("-smp", "" + spec.size().processors(), "-m", "" + spec.size().memoryMib()));
        argv.addAll(List.of("-rtc", "base=utc", "-device", "virtio-rng-pci"));
        argv.addAll(
                List.of(
                        "-drive",
                        "if=none,id=disk,format=qcow2,discard=unmap,file="
                                + Options.escaped(disk(directory))));
        argv.addAll(List.of("-device", "virtio-blk-pci,drive=disk,bootindex=0"));
        argv.addAll(
                List.of("-netdev", "user,id=net", "-device", "virtio-net-pci,netdev=net,romfile="));
        argv.addAll(
                socket(
                        "console",
                        sockets,
                        ",logappend=on,logfile=" + Options.escaped(consoleLog(directory))));
        argv.addAll(List.of("-serial", "chardev:console"));
        argv.addAll(socket("shell", sockets, ""));
        argv.addAll(List.of("-serial", "chardev:shell"));
        // Last, so that the others are there when this one is.
        argv.addAll(socket("qmp", sockets, ""));
        argv.addAll(List.of("-mon", "chardev=qmp,mode=control"));
        argv.addAll(credentials(spec));
        argv.addAll(spec.more());
        return List.copyOf(argv);
    }

    private static List<String> socket(String name, Path sockets, String more) {
        String path = Options.escaped(sockets.resolve(name));
        return List.of(
                "-chardev",
                "socket,id=%s,server=on,wait=off,path=%s%s".formatted(name, path, more));
    }

    /**
     * SMBIOS OEM strings that systemd reads as credentials (systemd.system-credentials); from
     * files, for their length.
     */
    private static List<String> credentials(MachineSpec spec) throws IOException {
        List<String> argv = new ArrayList<>();
        var all = new TreeMap<>(spec.credentials());
        // They name the second processor.
        if (spec.size().processors() > 1) {
            all.putAll(spec.accelerator().credentials());
        }
        for (var credential : all.entrySet()) {
            String value =
                    Base64.getEncoder()
                            .encodeToString(credential.getValue().getBytes(StandardCharsets.UTF_8));
            Path file = spec.directory().resolve("credential-" + credential.getKey());
            Files.writeString(
                    file, "io.systemd.credential.binary:" + credential.getKey() + "=" + value);
            argv.addAll(List.of("-smbios", "type=11,path=" + Options.escaped(file)));
        }
        return argv;
    }

    private static Path disk(Path directory) {
        return directory.resolve("disk.qcow2");
    }

    private static Path variables(Path directory) {
        return directory.resolve("vars.fd");
    }

    private static Path consoleLog(Path directory) {
        return directory.resolve("console.log");
    }

    private static Path qemuLog(Path directory) {
        return directory.resolve("qemu.log");
    }

    private static void removeTree(Path tree) throws IOException {
        if (!Files.exists(tree)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(tree)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
