package io.keelson.engine;

import io.keelson.engine.agent.Agent;
import io.keelson.engine.agent.AgentParts;
import io.keelson.engine.config.LiveSettings;
import io.keelson.engine.control.ControlAnswer;
import io.keelson.engine.control.ControlRequest;
import io.keelson.engine.json.JsonObject;
import io.keelson.engine.state.AgentRecord;
import io.keelson.host.DurableFile;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The agent under the settings of the moment. When a file of settings changes, a successor is made
 * of the new ones and takes over between two steps; settings that fail change nothing and are named
 * in the status.
 */
final class LiveAgent {
    private static final System.Logger LOG = System.getLogger("io.keelson.keelsond");
    private static final Duration AFTER_DISK_ERROR = Duration.ofSeconds(30);

    private final LiveSettings settings;
    private final LiveSettings.Trial<AgentParts> composition;

    /** Held so that nobody but the agent that has a successor is retired. */
    private final ReentrantLock succession = new ReentrantLock();

    private Optional<AgentParts> next = Optional.empty();
    private volatile Agent agent;
    private String written = "";

    private LiveAgent(
            LiveSettings settings, LiveSettings.Trial<AgentParts> composition, Agent agent) {
        this.settings = settings;
        this.composition = composition;
        this.agent = agent;
    }

    static LiveAgent start(LiveSettings settings, LiveSettings.Trial<AgentParts> composition)
            throws IOException {
        settings.current().remarks().forEach(LiveAgent::warn);
        Agent first = Agent.start(composition.of(settings.current()));
        return new LiveAgent(settings, composition, first);
    }

    /** Answers a call on the control socket; on any thread. */
    ControlAnswer handle(ControlRequest request) throws InterruptedException {
        return switch (request.method() + " " + request.path()) {
            case "GET /status" -> ControlAnswer.ok(status());
            case "GET /metrics" -> ControlAnswer.text(MetricsText.CONTENT_TYPE, metrics());
            default -> agent.handle(request);
        };
    }

    /** What is remembered now. */
    AgentRecord memory() {
        return agent.memory();
    }

    private JsonObject status() throws InterruptedException {
        var question = new ControlRequest("GET", "/status", JsonObject.empty());
        return withSettings(agent.handle(question).body());
    }

    private String metrics() throws InterruptedException {
        try {
            return MetricsText.of(status());
        } catch (IOException e) {
            throw new IllegalStateException("a status of ours is unreadable", e);
        }
    }

    private JsonObject withSettings(JsonObject status) {
        return status.with("settingsProblem", settings.problem())
                .with("settingsRemarks", settings.current().remarks());
    }

    /** Runs until the thread is interrupted, and looks at the settings every {@code period}. */
    void run(Duration period) throws InterruptedException {
        Thread watcher = Thread.ofVirtual().name("settings").start(() -> watch(period));
        try {
            while (true) {
                agent.run();
                replace();
            }
        } finally {
            watcher.interrupt();
        }
    }

    private void watch(Duration period) {
        String said = "";
        var port = new MetricsPort(this::handle);
        try {
            while (true) {
                port.follow(settings.current().metrics().address());
                Thread.sleep(period);
                String problem = look();
                if (!problem.equals(said) && !problem.isEmpty()) {
                    warn(problem);
                }
                said = problem;
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            port.close();
        }
    }

    /** What is wrong, or empty; a mistake of ours is no reason never to look again. */
    private String look() throws InterruptedException {
        try {
            writeTextfile();
            Optional<AgentParts> parts = settings.changed(composition);
            if (parts.isPresent()) {
                succession.lock();
                try {
                    next = parts;
                    agent.retire(parts.get());
                } finally {
                    succession.unlock();
                }
            }
            return settings.problem().orElse("");
        } catch (RuntimeException e) {
            return "looking at the settings failed: unexpected " + e;
        }
    }

    /** For node_exporter's textfile collector, which reads a file whole. */
    private void writeTextfile() throws InterruptedException {
        Optional<Path> file = settings.current().metrics().textfile();
        String text = file.isPresent() ? metrics() : "";
        if (text.equals(written)) {
            return;
        }
        written = text;
        try {
            if (file.isPresent()) {
                DurableFile.replace(file.get(), text.getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            warn("METRICS_TEXTFILE=%s was not written reason=%s".formatted(file.get(), e));
        }
    }

    private void replace() throws InterruptedException {
        while (!isReplaced()) {
            Thread.sleep(AFTER_DISK_ERROR);
        }
        LOG.log(Level.INFO, "settings reloaded " + HostDaemon.summary(settings.current()));
        settings.current().remarks().forEach(LiveAgent::warn);
    }

    private boolean isReplaced() {
        succession.lock();
        try {
            if (next.isPresent()) {
                agent = Agent.start(next.get());
                next = Optional.empty();
            }
            return true;
        } catch (IOException e) {
            warn("the host's own files failed, trying again reason=" + e.getMessage());
            return false;
        } finally {
            succession.unlock();
        }
    }

    private static void warn(String sentence) {
        LOG.log(Level.WARNING, sentence);
    }
}
