package io.keelson.reboot.faults;

import io.keelson.reboot.proof.Question;
import io.keelson.reboot.proof.Question.Outcome;
import io.keelson.reboot.proof.Reply;

import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/** A host that reboots again and again, obeys every answer and forgets nothing but its boot. */
final class RebootingHost implements Runnable {
    private static final int DEATHS_ONE_IN = 120;

    private final String id;
    private final FaultRun run;
    private final Random random;
    private int boots;
    private volatile boolean mayHold;
    private volatile boolean dead;

    RebootingHost(String id, FaultRun run, long seed) {
        this.id = id;
        this.run = run;
        this.random = new Random(seed);
    }

    String id() {
        return id;
    }

    /** Whether it may have a slot, as somebody who stands before it can see. */
    boolean mayHold() {
        return mayHold;
    }

    /** Went down for its reboot and never came back. */
    boolean isDead() {
        return dead;
    }

    @Override
    public void run() {
        while (!run.isOver() && !dead) {
            turn();
            pause(60);
        }
    }

    private void turn() {
        long fence = 0;
        while (fence == 0) {
            if (run.isOver() || random.nextInt(80) == 0) {
                end(Outcome.ABANDONED);
                return;
            }
            if (run.ask(id, new Question.Request(boot())) instanceof Reply.Granted(var given)) {
                mayHold = true;
                fence = given;
            } else {
                pause(40);
            }
        }
        if (random.nextInt(10) == 0) {
            // Says it is well although it never went down; must not be believed.
            run.ask(id, new Question.Release(boot(), Outcome.HEALTHY));
        }
        if (committed(fence)) {
            reboot();
        } else {
            end(Outcome.ABANDONED);
        }
    }

    private boolean committed(long fence) {
        int refusals = 0;
        while (refusals < 3) {
            switch (run.ask(id, new Question.Commit(boot(), fence))) {
                case Reply.Committed _ -> {
                    return true;
                }
                case Reply.Unknown _ -> pause(40);
                case Reply.Refused _ -> {
                    refusals++;
                    pause(40);
                }
                case Reply.Granted _,
                        Reply.Queued _,
                        Reply.Released _,
                        Reply.NotHeld _,
                        Reply.Done _,
                        Reply.Holders _ ->
                        throw new IllegalStateException("no answer to a commit");
            }
        }
        return false;
    }

    private void reboot() {
        run.recorder().down(id);
        if (random.nextInt(DEATHS_ONE_IN) == 0 && run.mayDie()) {
            dead = true;
            return;
        }
        pause(80);
        boots++;
        run.recorder().up(id, boot());
        end(random.nextInt(6) == 0 ? Outcome.FAILED : Outcome.HEALTHY);
    }

    private void end(Outcome outcome) {
        Reply reply = run.ask(id, new Question.Release(boot(), outcome));
        int refusals = 0;
        while (!(reply instanceof Reply.Released || reply instanceof Reply.NotHeld)) {
            // A store that was put back may know this boot, or only an earlier one.
            refusals += reply instanceof Reply.Refused ? 1 : 0;
            pause(40);
            boolean other = refusals % 2 == 1;
            reply = run.ask(id, new Question.Release(boot(), other ? Outcome.FAILED : outcome));
        }
        mayHold = false;
    }

    private String boot() {
        return "b" + boots;
    }

    private void pause(int millis) {
        LockSupport.parkNanos((1 + random.nextInt(millis)) * 1_000_000L);
    }
}
