package io.keelson.reboot.proof;

import io.keelson.reboot.proof.Model.Fate;
import io.keelson.reboot.proof.Question.Outcome;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Hosts and an operator that ask a model through a network which loses and delays; seeded. */
final class Fleet {
    private static final int HOSTS = 7;
    private static final int TICKS = 4_000;

    private final Random random;
    private final List<Model> replicas;
    private final Model.Store store;
    private final List<Event> events = new ArrayList<>();
    private final List<Host> hosts = new ArrayList<>();
    private final Host operator = new Host("operator");
    private long now;
    private long calls;

    private Fleet(long seed, Rules rules, Defect defect) {
        random = new Random(seed);
        store = new Model.Store(rules.slots());
        replicas = List.of(new Model(rules, defect, store), new Model(rules, defect, store));
        for (int i = 0; i < HOSTS; i++) {
            hosts.add(new Host("host-" + i));
        }
    }

    static List<Event> record(long seed, Rules rules, Defect defect) {
        return new Fleet(seed, rules, defect).run();
    }

    private List<Event> run() {
        while (now < TICKS) {
            now++;
            int who = random.nextInt(HOSTS + 1);
            if (who == HOSTS) {
                operate();
            } else {
                hosts.get(who).act();
            }
            if (random.nextInt(40) == 0) {
                store.save();
            } else if (random.nextInt(1_500) == 0 && !operator.isResuming()) {
                store.restore();
                events.add(new Event.Restored(now++));
            }
        }
        return events;
    }

    private void operate() {
        if (operator.finished().isEmpty()) {
            return;
        }
        switch (random.nextInt(12)) {
            case 0 -> operator.ask(new Question.SetMax(1 + random.nextInt(3)));
            case 1 -> operator.ask(new Question.Halt());
            case 2, 3, 4 -> {
                // After a restore the store may not know who holds what: an operator goes and
                // looks.
                if (hosts.stream().noneMatch(Host::mayHold)) {
                    operator.ask(new Question.Resume());
                }
            }
            default -> operator.ask(new Question.Look());
        }
    }

    /** One who asks one question at a time. */
    private final class Host {
        private final String id;
        private int boots;
        private long fence;
        private long oldFence;
        private Stage stage = Stage.RESTING;
        private Optional<Question> asked = Optional.empty();
        private Optional<Reply> reply = Optional.empty();
        private long call;
        private boolean isSent;

        Host(String id) {
            this.id = id;
        }

        private enum Stage {
            RESTING,
            ASKING,
            GRANTED,
            DOWN,
            RETURNED,
            GIVING_UP,
            DEAD
        }

        boolean mayHold() {
            boolean isToBeTold = reply.filter(Reply.Granted.class::isInstance).isPresent();
            return isToBeTold || (stage != Stage.RESTING && stage != Stage.ASKING);
        }

        boolean isResuming() {
            return asked.filter(Question.Resume.class::isInstance).isPresent();
        }

        void act() {
            finished().ifPresent(this::goOn);
        }

        void ask(Question question) {
            call = ++calls;
            asked = Optional.of(question);
            reply = Optional.empty();
            isSent = false;
            events.add(new Event.Asked(now, call, id, question));
        }

        /** Moves the open call on; answers when there is none any more, with its reply. */
        Optional<Reply> finished() {
            if (asked.isEmpty()) {
                return Optional.of(reply.orElse(new Reply.Unknown()));
            }
            if (!isSent) {
                isSent = true;
                reply = Optional.of(sent(asked.get()));
                return Optional.empty();
            }
            Reply told = reply.orElseThrow();
            if (random.nextInt(3) > 0) {
                return Optional.empty();
            }
            asked = Optional.empty();
            events.add(new Event.Answered(now, call, told));
            return Optional.of(told);
        }

        private Reply sent(Question question) {
            int luck = random.nextInt(100);
            if (luck < 5) {
                return new Reply.Unknown();
            }
            Fate fate = luck < 75 ? Fate.WRITTEN : List.of(Fate.values()).get(random.nextInt(3));
            Reply answer = replicas.get(random.nextInt(2)).decide(id, question, now, fate);
            return luck < 10 ? new Reply.Unknown() : answer;
        }

        private String boot() {
            return "boot-" + boots;
        }

        private void goOn(Reply last) {
            switch (stage) {
                case RESTING -> rest();
                case ASKING -> asking(last);
                case GRANTED -> granted(last);
                case DOWN -> {
                    if (random.nextInt(8) == 0) {
                        boots++;
                        events.add(new Event.Up(now, id, boot()));
                        stage = Stage.RETURNED;
                        ask(new Question.Release(boot(), outcome()));
                    }
                }
                case RETURNED, GIVING_UP -> ending(last);
                case DEAD -> {}
            }
        }

        private Outcome outcome() {
            return random.nextInt(5) == 0 ? Outcome.FAILED : Outcome.HEALTHY;
        }

        private void rest() {
            if (oldFence > 0 && random.nextInt(6) == 0) {
                // A straggler of the turn before; must be turned away.
                ask(new Question.Commit("boot-" + (boots - 1), oldFence));
            } else if (random.nextInt(6) == 0) {
                ask(new Question.Release(boot(), Outcome.HEALTHY));
            } else if (random.nextInt(3) == 0) {
                stage = Stage.ASKING;
                ask(new Question.Request(boot()));
            }
        }

        private void asking(Reply last) {
            if (last instanceof Reply.Granted(var given)) {
                fence = given;
                stage = Stage.GRANTED;
                ask(
                        switch (random.nextInt(5)) {
                            case 0 -> new Question.Request(boot());
                            case 1 -> new Question.Release(boot(), Outcome.HEALTHY);
                            default -> new Question.Commit(boot(), fence);
                        });
            } else if (random.nextInt(30) == 0) {
                stage = Stage.GIVING_UP;
                ask(new Question.Release(boot(), Outcome.ABANDONED));
            } else {
                ask(new Question.Request(boot()));
            }
        }

        private void granted(Reply last) {
            switch (last) {
                case Reply.Committed _ -> {
                    events.add(new Event.Down(now, id));
                    stage = random.nextInt(40) == 0 ? Stage.DEAD : Stage.DOWN;
                }
                // The lock says that there is no turn any more.
                case Reply.Released _, Reply.NotHeld _ -> stage = Stage.RESTING;
                case Reply.Granted(var given) -> {
                    fence = given;
                    ask(new Question.Commit(boot(), fence));
                }
                case Reply.Refused _ -> {
                    if (random.nextInt(4) == 0) {
                        stage = Stage.GIVING_UP;
                        ask(new Question.Release(boot(), Outcome.ABANDONED));
                    } else {
                        ask(new Question.Commit(boot(), fence));
                    }
                }
                case Reply.Unknown _ -> ask(new Question.Commit(boot(), fence));
                case Reply.Queued _ -> {
                    stage = Stage.ASKING;
                    ask(new Question.Request(boot()));
                }
                case Reply.Done _, Reply.Holders _ -> throw new IllegalStateException();
            }
        }

        private void ending(Reply last) {
            switch (last) {
                case Reply.Released _, Reply.NotHeld _ -> {
                    oldFence = fence;
                    stage = Stage.RESTING;
                }
                case Reply.Unknown _, Reply.Refused _ ->
                        ask(
                                stage == Stage.RETURNED
                                        ? new Question.Release(boot(), Outcome.HEALTHY)
                                        : new Question.Release(boot(), Outcome.ABANDONED));
                case Reply.Granted _,
                        Reply.Queued _,
                        Reply.Committed _,
                        Reply.Done _,
                        Reply.Holders _ ->
                        throw new IllegalStateException(last.toString());
            }
        }
    }
}
