package io.keelson.engine;

import io.keelson.engine.config.AnnouncedKeys;
import io.keelson.engine.config.UpdateConfig;
import io.keelson.engine.health.HealthGate;
import io.keelson.engine.health.LogExcerpt;
import io.keelson.engine.health.Verdict;
import io.keelson.engine.health.VerdictFiles;
import io.keelson.engine.health.check.HealthCheck;
import io.keelson.engine.health.check.ServerProbe;
import io.keelson.engine.health.plan.HealthConfException;
import io.keelson.engine.health.plan.HealthPlan;
import io.keelson.engine.health.plan.PlannedCheck;
import io.keelson.engine.server.ServerConnection;
import io.keelson.host.Command;
import io.keelson.host.JournalSocket;
import io.keelson.host.Notify;

import okhttp3.OkHttpClient;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Entry point of the host's program: {@code daemon}, {@code health-gate} or {@code host …}. */
public final class Main {
    private static final String USAGE =
            "usage: keelson daemon | health-gate | "
                    + "host status|check|apply|reboot|rollback|health";

    private Main() {}

    public static void main(String[] args) {
        System.exit(run(List.of(args), System.out, System.err));
    }

    static int run(List<String> args, PrintStream out, PrintStream err) {
        String command = args.isEmpty() ? "" : args.getFirst();
        try {
            return switch (command) {
                case "daemon" -> daemon();
                case ApplyWorker.COMMAND -> {
                    logInLines();
                    ApplyWorker.run(facts());
                    yield 0;
                }
                case "health-gate" -> healthGate(facts(), err);
                case "host" -> HostCommand.run(args.subList(1, args.size()), out, err);
                default -> {
                    err.println(USAGE);
                    yield 2;
                }
            };
        } catch (IOException e) {
            err.println("keelson " + command + ": " + e.getMessage());
            return 1;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return 1;
        } catch (RuntimeException e) {
            // A mistake of ours; where it was is for the journal, after the one sentence.
            err.println("keelson " + command + ": unexpected " + e);
            e.printStackTrace(err);
            return 1;
        }
    }

    private static HostFacts facts() {
        String credentials = System.getenv("CREDENTIALS_DIRECTORY");
        boolean isJournal = System.getenv("JOURNAL_STREAM") != null;
        return new HostFacts(
                Path.of("/"),
                credentials == null ? null : Path.of(credentials),
                isJournal
                        ? Optional.of(new JournalSocket(JournalSocket.SYSTEM))
                        : Optional.empty());
    }

    private static int daemon() throws IOException, InterruptedException {
        logInLines();
        HostDaemon.run(facts(), new Notify(System.getenv("NOTIFY_SOCKET")));
        return 0;
    }

    /** One line per event, whether the runtime has java.logging or only its small stand-in. */
    private static void logInLines() {
        String format = "keelsond: %5$s%6$s%n";
        System.setProperty("java.util.logging.SimpleFormatter.format", format);
        System.setProperty("jdk.system.logger.format", format);
    }

    static int healthGate(HostFacts facts, PrintStream err)
            throws IOException, InterruptedException {
        UpdateConfig config =
                UpdateConfig.load(facts.configFiles(), AnnouncedKeys.read(facts.announcedKeys()));
        HealthGate gate = HealthGate.ofHost(plan(facts, config));
        Verdict verdict = gate.judge(facts.bootId(), facts.version().text());
        return conclude(new LogExcerpt(Command::run).of(verdict), facts.verdictFiles(), err);
    }

    /** A plan that cannot be read is a boot nobody can vouch for: that is its one check. */
    private static List<PlannedCheck> plan(HostFacts facts, UpdateConfig config)
            throws IOException {
        var host =
                new HealthPlan.Host(
                        Command::run,
                        facts.disks(),
                        facts.customChecks(),
                        config.server()
                                .<HealthCheck>map(server ->
                                        new ServerProbe(
                                                server,
                                                () ->
                                                        ServerConnection.of(
                                                                new OkHttpClient(),
                                                                server,
                                                                config.connection(),
                                                                facts.systemAuthorities()))),
                        config.health().requiredUnits(),
                        config.health().timeout());
        try {
            return HealthPlan.read(facts.healthFiles(), host);
        } catch (HealthConfException e) {
            return List.of(HealthPlan.unusable(e));
        }
    }

    /** Says the verdict first: whether it can be kept does not change it. */
    static int conclude(Verdict verdict, VerdictFiles files, PrintStream err) {
        String line =
                verdict.isHealthy()
                        ? "keelson: health gate passed version=" + verdict.version()
                        : "keelson: health gate failed version=%s reason=%s"
                                .formatted(verdict.version(), verdict.reason());
        err.println(line);
        if (!verdict.warnings().isEmpty()) {
            err.println("keelson: health gate warns reason=" + verdict.warnings());
        }
        try {
            files.add(verdict);
        } catch (IOException e) {
            err.println("keelson: " + e.getMessage());
        }
        return verdict.isHealthy() ? 0 : 1;
    }
}
