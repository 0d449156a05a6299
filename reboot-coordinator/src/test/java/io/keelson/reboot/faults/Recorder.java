package io.keelson.reboot.faults;

import io.keelson.reboot.proof.Event;
import io.keelson.reboot.proof.Question;
import io.keelson.reboot.proof.Reply;
import io.keelson.reboot.proof.Wire;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What all hosts and the operator see, in one order; times are nanoseconds, each used once. */
final class Recorder {
    private final List<Event> events = new ArrayList<>();
    private final long start = System.nanoTime();
    private long last;
    private long calls;
    private int grants;
    private int unknown;

    synchronized long asked(String who, Question question) {
        calls++;
        events.add(new Event.Asked(now(), calls, who, question));
        return calls;
    }

    synchronized void answered(long call, Reply reply) {
        events.add(new Event.Answered(now(), call, reply));
        grants += reply instanceof Reply.Granted ? 1 : 0;
        unknown += reply instanceof Reply.Unknown ? 1 : 0;
        notifyAll();
    }

    synchronized void down(String host) {
        events.add(new Event.Down(now(), host));
    }

    synchronized void up(String host, String boot) {
        events.add(new Event.Up(now(), host, boot));
    }

    synchronized void restored() {
        events.add(new Event.Restored(now()));
    }

    synchronized void note(String text) {
        events.add(new Event.Note(now(), text));
    }

    synchronized int grants() {
        return grants;
    }

    synchronized int unknown() {
        return unknown;
    }

    /** Waits until more have been granted; false when that takes too long. */
    synchronized boolean awaitGrants(int more, long atMostMillis) throws InterruptedException {
        int goal = grants + more;
        long end = System.nanoTime() + atMostMillis * 1_000_000;
        while (grants < goal && System.nanoTime() < end) {
            wait(50);
        }
        return grants >= goal;
    }

    synchronized List<Event> events() {
        return List.copyOf(events);
    }

    void write(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.write(file, events().stream().map(Wire::text).toList());
    }

    private long now() {
        last = Math.max(last + 1, System.nanoTime() - start);
        return last;
    }
}
