package io.keelson.qemu.timeline;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Tells live what happens and how long it takes, and keeps what was observed.
 *
 * <p>A person sees the running step redrawn in place; otherwise each event is one line. The record
 * file gets every line in either case.
 */
public final class Timeline implements AutoCloseable {
    private static final long REDRAW_MILLIS = 200;
    private static final int PROGRESS_EVERY_PERCENT = 10;
    private static final int OBSERVED_CHARS_MAX = 120;
    private static final String CLEAR_LINE = "\r\u001b[K";
    private static final char[] WHEEL = {'|', '/', '-', '\\'};

    private final PrintStream out;
    private final boolean interactive;
    private final PrintWriter record;
    private final InstantSource clock;
    private final Instant began;
    private final List<Fact> facts = new ArrayList<>();
    private final Thread painter;
    private @Nullable Running running;
    private boolean closed;

    /** The step under way. */
    private record Running(String name, Instant since, String progress, long percent) {
        Running at(String nextProgress, long nextPercent) {
            return new Running(name, since, nextProgress, nextPercent);
        }
    }

    private Timeline(
            PrintStream out, boolean interactive, PrintWriter record, InstantSource clock) {
        this.out = out;
        this.interactive = interactive;
        this.record = record;
        this.clock = clock;
        this.began = clock.instant();
        this.painter = Thread.ofVirtual().name("timeline").unstarted(this::paint);
    }

    /** Starts counting time now; {@code file} is overwritten with the record. */
    public static Timeline open(
            PrintStream out, boolean interactive, Path file, InstantSource clock)
            throws IOException {
        var record = new PrintWriter(Files.newBufferedWriter(file, StandardCharsets.UTF_8), true);
        var timeline = new Timeline(out, interactive, record, clock);
        if (interactive) {
            timeline.painter.start();
        }
        return timeline;
    }

    /** A numbered part of the whole begins. */
    public synchronized void chapter(int number, String title) {
        line("");
        line("%s  %d. %s".formatted(stamp(), number, title));
    }

    /** Something worth a line, inside or between steps. */
    public synchronized void note(String text) {
        line("%s     %s".formatted(stamp(), text));
    }

    /** Does the work as one step; its end or its failure gets a line with the time it took. */
    public <T extends @Nullable Object> T step(String name, Work<T> work)
            throws IOException, InterruptedException {
        begin(name);
        boolean done = false;
        try {
            T result = work.run();
            done = true;
            return result;
        } finally {
            end(name, done);
        }
    }

    /** How far the running step is. */
    public synchronized void progress(String what, long doneUnits, long totalUnits) {
        Running step = running;
        if (step == null) {
            return;
        }
        long percent = totalUnits <= 0 ? 100 : Math.min(100, doneUnits * 100 / totalUnits);
        boolean same = what.equals(step.progress());
        if (!interactive
                && (!same
                        || percent / PROGRESS_EVERY_PERCENT
                                > step.percent() / PROGRESS_EVERY_PERCENT)) {
            line("%s     .. %s %d%%".formatted(stamp(), what, percent));
        }
        running = step.at(what, percent);
    }

    /** Keeps an observation for the final table. */
    public synchronized void fact(int point, String claim, String observed) {
        facts.add(new Fact(point, claim, observed));
        line("%s     [seen] %s: %s".formatted(stamp(), claim, observed));
    }

    /** Everything observed so far. */
    public synchronized List<Fact> facts() {
        return List.copyOf(facts);
    }

    /** The table of what was observed, if anything was. */
    public synchronized void table() {
        if (facts.isEmpty()) {
            return;
        }
        int width = facts.stream().mapToInt(fact -> fact.claim().length()).max().orElse(0);
        line("");
        line("%-3s%s  %s".formatted("#", padded("what", width), "observed"));
        for (Fact fact : facts) {
            line(
                    "%-3d%s  %s"
                            .formatted(
                                    fact.point(),
                                    padded(fact.claim(), width),
                                    shortened(fact.observed())));
        }
        line("");
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            clear();
            record.close();
        }
        painter.interrupt();
    }

    private synchronized void begin(String name) {
        running = new Running(name, clock.instant(), "", -1);
        if (!interactive) {
            line("%s     %s ...".formatted(stamp(), name));
        }
    }

    private synchronized void end(String name, boolean done) {
        Running step = running;
        running = null;
        String took =
                step == null
                        ? ""
                        : " (" + seconds(Duration.between(step.since(), clock.instant())) + ")";
        line("%s     %s %s%s".formatted(stamp(), done ? "ok " : "NOT", name, took));
    }

    private void line(String text) {
        if (closed) {
            return;
        }
        clear();
        out.println(text);
        record.println(text);
        draw(0);
    }

    private void clear() {
        if (interactive) {
            out.print(CLEAR_LINE);
            out.flush();
        }
    }

    private synchronized void draw(int turn) {
        Running step = running;
        if (!interactive || step == null || closed) {
            return;
        }
        String progress =
                step.percent() < 0 ? "" : ": %s %d%%".formatted(step.progress(), step.percent());
        String text =
                "%s   %c %s%s (%s)"
                        .formatted(
                                stamp(),
                                WHEEL[turn % WHEEL.length],
                                step.name(),
                                progress,
                                seconds(Duration.between(step.since(), clock.instant())));
        out.print(CLEAR_LINE + text);
        out.flush();
    }

    private void paint() {
        try {
            for (int turn = 0; ; turn = (turn + 1) % WHEEL.length) {
                draw(turn);
                TimeUnit.MILLISECONDS.sleep(REDRAW_MILLIS);
            }
        } catch (InterruptedException _) {
            // The timeline is closed.
        }
    }

    private String stamp() {
        return "%8s".formatted(seconds(Duration.between(began, clock.instant())));
    }

    private static String seconds(Duration duration) {
        return String.format(
                Locale.ROOT, "%d.%d s", duration.toSeconds(), duration.toMillisPart() / 100);
    }

    /** The table is for the eye; the line of the observation itself has everything. */
    private static String shortened(String text) {
        return text.length() <= OBSERVED_CHARS_MAX
                ? text
                : text.substring(0, OBSERVED_CHARS_MAX - 3) + "...";
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(width - text.length());
    }
}
