package io.keelson.cli.terminal;

import io.keelson.image.progress.Progress;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** Progress on stderr: a bar redrawn in place for a person, a line per ten per cent otherwise. */
public final class TerminalProgress implements Progress {
    private static final int BAR_COLUMNS = 30;
    private static final int LINE_EVERY_PERCENT = 10;

    private final Terminal terminal;
    private Instant began;
    private String current = "";
    private long shownPercent = -1;

    public TerminalProgress(Terminal terminal) {
        this.terminal = terminal;
        this.began = terminal.clock().instant();
    }

    @Override
    public synchronized void step(String name) {
        finishBar();
        began = terminal.clock().instant();
        current = name;
        shownPercent = -1;
        terminal.err().println("- " + name);
    }

    @Override
    public synchronized void percent(String name, long done, long total) {
        long percent = total <= 0 ? 100 : Math.min(100, done * 100 / total);
        if (!name.equals(current)) {
            finishBar();
            current = name;
            began = terminal.clock().instant();
            shownPercent = -1;
        }
        if (terminal.interactive()) {
            if (percent != shownPercent) {
                shownPercent = percent;
                terminal.err().print("\r" + bar(percent) + " " + name + " " + elapsed());
                if (percent == 100) {
                    finishBar();
                }
                terminal.err().flush();
            }
        } else if (percent / LINE_EVERY_PERCENT > shownPercent / LINE_EVERY_PERCENT
                || shownPercent < 0) {
            shownPercent = percent;
            terminal.err().println("  " + percent + "% " + name + " " + elapsed());
        }
    }

    private void finishBar() {
        if (terminal.interactive() && shownPercent >= 0) {
            terminal.err().println();
            shownPercent = -1;
        }
    }

    private static String bar(long percent) {
        int filled = (int) (percent * BAR_COLUMNS / 100);
        return "["
                + "#".repeat(filled)
                + ".".repeat(BAR_COLUMNS - filled)
                + "]"
                + String.format(Locale.ROOT, "%4d%%", percent);
    }

    private String elapsed() {
        Duration elapsed = Duration.between(began, terminal.clock().instant());
        return String.format(
                Locale.ROOT, "%d.%01ds", elapsed.toSeconds(), elapsed.toMillisPart() / 100);
    }
}
