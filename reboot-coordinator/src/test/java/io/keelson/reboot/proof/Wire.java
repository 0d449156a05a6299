package io.keelson.reboot.proof;

import io.keelson.reboot.proof.Question.Outcome;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Questions, replies and events as lines of words: for records that outlive their run. */
public final class Wire {
    private Wire() {}

    public static String text(Question question) {
        return switch (question) {
            case Question.Request(var boot) -> "request " + boot;
            case Question.Commit(var boot, var fence) -> "commit " + boot + " " + fence;
            case Question.Release(var boot, var outcome) -> "release " + boot + " " + outcome;
            case Question.SetMax(var slots) -> "set-max " + slots;
            case Question.Halt() -> "halt";
            case Question.Resume() -> "resume";
            case Question.Free(var host) -> "free " + host;
            case Question.Look() -> "look";
        };
    }

    public static Question question(String... words) {
        return switch (words[0]) {
            case "request" -> new Question.Request(words[1]);
            case "commit" -> new Question.Commit(words[1], Long.parseLong(words[2]));
            case "release" -> new Question.Release(words[1], Outcome.valueOf(words[2]));
            case "set-max" -> new Question.SetMax(Integer.parseInt(words[1]));
            case "halt" -> new Question.Halt();
            case "resume" -> new Question.Resume();
            case "free" -> new Question.Free(words[1]);
            case "look" -> new Question.Look();
            default -> throw new IllegalArgumentException("no question: " + words[0]);
        };
    }

    public static String text(Reply reply) {
        return switch (reply) {
            case Reply.Granted(var fence) -> "granted " + fence;
            case Reply.Holders(var hosts) -> ("holders " + String.join(" ", hosts)).strip();
            case Reply.Queued _,
                    Reply.Refused _,
                    Reply.Committed _,
                    Reply.Released _,
                    Reply.NotHeld _,
                    Reply.Done _,
                    Reply.Unknown _ ->
                    reply.getClass().getSimpleName().toLowerCase(Locale.ROOT);
        };
    }

    public static Reply reply(String... words) {
        return switch (words[0]) {
            case "granted" -> new Reply.Granted(Long.parseLong(words[1]));
            case "holders" -> new Reply.Holders(List.of(words).subList(1, words.length));
            case "queued" -> new Reply.Queued();
            case "refused" -> new Reply.Refused();
            case "committed" -> new Reply.Committed();
            case "released" -> new Reply.Released();
            case "notheld" -> new Reply.NotHeld();
            case "done" -> new Reply.Done();
            case "unknown" -> new Reply.Unknown();
            default -> throw new IllegalArgumentException("no reply: " + words[0]);
        };
    }

    public static String text(Event event) {
        return event.at()
                + " "
                + switch (event) {
                    case Event.Asked(_, var call, var who, var question) ->
                            "ask " + call + " " + who + " " + text(question);
                    case Event.Answered(_, var call, var reply) ->
                            "answer " + call + " " + text(reply);
                    case Event.Down(_, var host) -> "down " + host;
                    case Event.Up(_, var host, var boot) -> "up " + host + " " + boot;
                    case Event.Restored _ -> "restored";
                    case Event.Note(_, var text) -> "note " + text;
                };
    }

    public static Event event(String line) {
        String[] words = line.split(" ", -1);
        long at = Long.parseLong(words[0]);
        return switch (words[1]) {
            case "ask" ->
                    new Event.Asked(
                            at, Long.parseLong(words[2]), words[3], question(from(words, 4)));
            case "answer" ->
                    new Event.Answered(at, Long.parseLong(words[2]), reply(from(words, 3)));
            case "down" -> new Event.Down(at, words[2]);
            case "up" -> new Event.Up(at, words[2], words[3]);
            case "restored" -> new Event.Restored(at);
            case "note" ->
                    new Event.Note(
                            at, Arrays.stream(words).skip(2).collect(Collectors.joining(" ")));
            default -> throw new IllegalArgumentException("no event: " + line);
        };
    }

    private static String[] from(String[] words, int first) {
        return Arrays.copyOfRange(words, first, words.length);
    }
}
