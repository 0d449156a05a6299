package io.keelson.reboot.faults;

import io.keelson.etcd.EtcdClient;
import io.keelson.reboot.GroupAnswer;
import io.keelson.reboot.RebootLock;
import io.keelson.reboot.group.RebootGroup.Holder;
import io.keelson.reboot.proof.Question;
import io.keelson.reboot.proof.Reply;
import io.keelson.reboot.proof.Wire;
import io.keelson.reboot.rules.CommitAnswer;
import io.keelson.reboot.rules.LockAnswer;
import io.keelson.reboot.rules.NodeIdentity;
import io.keelson.reboot.rules.Outcome;
import io.keelson.reboot.rules.RefusalKind;
import io.keelson.reboot.rules.ReleaseAnswer;

import okhttp3.OkHttpClient;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.UUID;

/** The real lock in a process of its own, which can be killed: one line in, one line out. */
public final class LineCoordinator {
    /** Longer than a change of leader takes. */
    private static final Duration ETCD_TIMEOUT = Duration.ofSeconds(2);

    private final RebootLock lock;

    LineCoordinator(RebootLock lock) {
        this.lock = lock;
    }

    /**
     * Answers until it is killed.
     *
     * @param arguments port, seconds that its clock is off, etcd endpoints
     */
    public static void main(String[] arguments) throws IOException {
        var endpoints = Arrays.stream(arguments).skip(2).map(URI::create).toList();
        var clock =
                Clock.offset(Clock.systemUTC(), Duration.ofSeconds(Long.parseLong(arguments[1])));
        var lock =
                new RebootLock(
                        new EtcdClient(endpoints, new OkHttpClient(), ETCD_TIMEOUT),
                        "fleet",
                        clock,
                        () -> UUID.randomUUID().toString(),
                        new Random());
        int port = Integer.parseInt(arguments[0]);
        try (var server = new ServerSocket(port, 256, InetAddress.getLoopbackAddress())) {
            var coordinator = new LineCoordinator(lock);
            while (true) {
                Socket socket = server.accept();
                Thread.startVirtualThread(() -> coordinator.serve(socket));
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            var in =
                    new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            String line = in.readLine();
            if (line != null) {
                String[] words = line.split(" ", -1);
                Reply reply =
                        decide(words[0], Wire.question(Arrays.copyOfRange(words, 1, words.length)));
                socket.getOutputStream()
                        .write((Wire.text(reply) + "\n").getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException _) {
            // The host has gone; it takes the outcome for unknown.
        }
    }

    Reply decide(String who, Question question) {
        return switch (question) {
            case Question.Request(var boot) -> reply(lock.request(new NodeIdentity(who, boot)));
            case Question.Commit(var boot, var fence) ->
                    reply(lock.commit(new NodeIdentity(who, boot), fence));
            case Question.Release(var boot, var outcome) ->
                    reply(lock.release(new NodeIdentity(who, boot), ours(outcome)));
            case Question.SetMax(var slots) -> reply(lock.setMax(slots));
            case Question.Halt() -> reply(lock.halt("an operator's order"));
            case Question.Resume() -> reply(lock.resume());
            case Question.Free(var host) ->
                    lock.forceRelease(host) instanceof ReleaseAnswer.Unavailable
                            ? new Reply.Unknown()
                            : new Reply.Done();
            case Question.Look() -> looked(lock.status());
        };
    }

    private static Outcome ours(Question.Outcome outcome) {
        return switch (outcome) {
            case HEALTHY -> new Outcome.Healthy();
            case FAILED -> new Outcome.Failed("unwell");
            case ABANDONED -> new Outcome.Abandoned("changed its mind");
        };
    }

    private static Reply reply(LockAnswer answer) {
        return switch (answer) {
            case LockAnswer.Granted(var fence) -> new Reply.Granted(fence);
            case LockAnswer.Queued _ -> new Reply.Queued();
            case LockAnswer.Refused(var kind, _) -> refused(kind);
            case LockAnswer.Unavailable _ -> new Reply.Unknown();
        };
    }

    private static Reply reply(CommitAnswer answer) {
        return switch (answer) {
            case CommitAnswer.Committed _ -> new Reply.Committed();
            case CommitAnswer.Refused(var kind, _) -> refused(kind);
            case CommitAnswer.Unavailable _ -> new Reply.Unknown();
        };
    }

    private static Reply reply(ReleaseAnswer answer) {
        return switch (answer) {
            case ReleaseAnswer.Released _ -> new Reply.Released();
            case ReleaseAnswer.NotHolder _ -> new Reply.NotHeld();
            case ReleaseAnswer.NotRebooted _ -> new Reply.Refused();
            case ReleaseAnswer.Refused(var kind, _) -> refused(kind);
            case ReleaseAnswer.Unavailable _ -> new Reply.Unknown();
        };
    }

    private static Reply reply(GroupAnswer answer) {
        return switch (answer) {
            case GroupAnswer.Done _ -> new Reply.Done();
            case GroupAnswer.Refused(var kind, _) -> refused(kind);
            case GroupAnswer.Unavailable _ -> new Reply.Unknown();
        };
    }

    private static Reply looked(GroupAnswer answer) {
        return answer instanceof GroupAnswer.Done(var status)
                ? new Reply.Holders(status.document().holders().stream().map(Holder::id).toList())
                : new Reply.Unknown();
    }

    /** A store that refuses says nothing about an earlier attempt of the same call. */
    private static Reply refused(RefusalKind kind) {
        return kind == RefusalKind.STORE_UNAVAILABLE ? new Reply.Unknown() : new Reply.Refused();
    }
}
