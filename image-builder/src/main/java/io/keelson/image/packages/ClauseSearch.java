package io.keelson.image.packages;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds out which of many things to choose so that all clauses hold, by conflict-driven search with
 * learned clauses. Things are numbered from 1; a clause is a list of numbers of which one must be
 * chosen, or left out where it is negative.
 *
 * <p>What can be concluded is concluded first. Where there is a choice, the oldest clause that asks
 * for something decides, and takes its leftmost possibility: so the answer depends on the order of
 * the clauses and on nothing else.
 */
final class ClauseSearch {
    private static final int DECISIONS_MAX = 200_000;

    /** Told when something is chosen for the first time; answers with the clauses it brings. */
    interface Rules {
        List<Clause> of(int thing);
    }

    /** One condition. */
    static final class Clause {
        /** Positive to choose, negative to leave out. */
        private final List<Integer> literals;

        /** What the caller wants to know when the clause takes part in a contradiction. */
        private final Optional<Conclusion> why;

        /** The clauses that a learned one follows from. */
        private final List<Clause> parents;

        private Clause(List<Integer> literals, Optional<Conclusion> why, List<Clause> parents) {
            this.literals = List.copyOf(literals);
            this.why = why;
            this.parents = List.copyOf(parents);
        }

        static Clause of(Conclusion why, List<Integer> literals) {
            return new Clause(literals, Optional.of(why), List.of());
        }

        private boolean asks() {
            return why.isPresent() && literals.getLast() > 0;
        }
    }

    private final Rules rules;
    private final Map<Integer, List<Clause>> byLiteral = new HashMap<>();
    private final List<Clause> asking = new ArrayList<>();
    private final Map<Integer, Integer> levels = new HashMap<>();
    private final Map<Integer, Clause> reasons = new HashMap<>();
    private final Set<Integer> opened = new LinkedHashSet<>();
    private final List<Integer> trail = new ArrayList<>();
    private final List<Integer> decisions = new ArrayList<>();

    /** Literals that hold. */
    private final Set<Integer> held = new HashSet<>();

    private int next;

    ClauseSearch(Rules rules) {
        this.rules = rules;
    }

    /** Every contradiction is of these clauses, in the order in which they were found. */
    static final class Contradiction extends Exception {
        private static final long serialVersionUID = 1L;
        private final transient List<Conclusion> clauses;

        private Contradiction(List<Conclusion> clauses) {
            super("no choice satisfies all clauses");
            this.clauses = clauses;
        }

        List<Conclusion> clauses() {
            return clauses;
        }
    }

    /** What to choose, in the order in which it was concluded. */
    List<Integer> choose(List<Clause> first) throws Contradiction, UnsatisfiedDependency {
        Optional<Clause> broken = Optional.empty();
        for (Clause clause : first) {
            Optional<Clause> wrong = add(clause);
            broken = broken.isPresent() ? broken : wrong;
        }
        for (int made = 0; made < DECISIONS_MAX; made++) {
            broken = broken.isPresent() ? broken : conclude();
            if (broken.isPresent()) {
                broken = retreat(broken.get());
                continue;
            }
            Optional<Integer> open = open();
            if (open.isEmpty()) {
                return trail.stream().filter(literal -> literal > 0).toList();
            }
            decisions.add(trail.size());
            hold(open.get(), null);
        }
        throw new UnsatisfiedDependency(
                "no set of packages was found in %d attempts; ask for fewer packages, or name the alternatives that are wanted"
                        .formatted(DECISIONS_MAX));
    }

    /** The leftmost possibility of the oldest clause that asks in vain. */
    private Optional<Integer> open() {
        for (Clause clause : asking) {
            int possible = 0;
            boolean answered = false;
            for (int literal : clause.literals) {
                if (held.contains(literal) || (literal < 0 && !held.contains(-literal))) {
                    answered = true;
                    break;
                }
                if (possible == 0 && literal > 0 && !held.contains(-literal)) {
                    possible = literal;
                }
            }
            if (!answered && possible != 0) {
                return Optional.of(possible);
            }
        }
        return Optional.empty();
    }

    private Optional<Clause> conclude() {
        while (next < trail.size()) {
            int literal = trail.get(next++);
            Optional<Clause> broken = Optional.empty();
            if (literal > 0 && opened.add(literal)) {
                for (Clause clause : rules.of(literal)) {
                    Optional<Clause> wrong = add(clause);
                    broken = broken.isPresent() ? broken : wrong;
                }
            }
            for (Clause clause : List.copyOf(byLiteral.getOrDefault(-literal, List.of()))) {
                broken = broken.isPresent() ? broken : check(clause);
            }
            if (broken.isPresent()) {
                return broken;
            }
        }
        return Optional.empty();
    }

    private Optional<Clause> add(Clause clause) {
        for (int literal : clause.literals) {
            byLiteral.computeIfAbsent(literal, _ -> new ArrayList<>()).add(clause);
        }
        if (clause.asks()) {
            asking.add(clause);
        }
        return check(clause);
    }

    /** Holds what a clause leaves no choice about; the clause itself if it is broken. */
    private Optional<Clause> check(Clause clause) {
        int free = 0;
        for (int literal : clause.literals) {
            if (held.contains(literal)) {
                return Optional.empty();
            }
            if (!held.contains(-literal)) {
                if (free != 0 && free != literal) {
                    return Optional.empty();
                }
                free = literal;
            }
        }
        if (free == 0) {
            return Optional.of(clause);
        }
        hold(free, clause);
        return Optional.empty();
    }

    private void hold(int literal, @Nullable Clause reason) {
        held.add(literal);
        trail.add(literal);
        levels.put(Math.abs(literal), decisions.size());
        if (reason != null) {
            reasons.put(Math.abs(literal), reason);
        }
    }

    /** Learns why a decision was wrong and takes it back. */
    private Optional<Clause> retreat(Clause broken) throws Contradiction {
        int level = decisions.size();
        Set<Integer> left = new LinkedHashSet<>();
        List<Clause> parents = new ArrayList<>();
        parents.add(broken);
        for (int literal : broken.literals) {
            left.add(literal);
        }
        for (int at = trail.size() - 1; at >= 0 && atLevel(left, level) > (level == 0 ? 0 : 1); ) {
            int literal = trail.get(at--);
            Clause reason = reasons.get(Math.abs(literal));
            if (left.contains(-literal) && reason != null) {
                left.remove(-literal);
                parents.add(reason);
                for (int other : reason.literals) {
                    if (other != literal) {
                        left.add(other);
                    }
                }
            }
        }
        Clause learned = new Clause(List.copyOf(left), Optional.empty(), parents);
        if (level == 0) {
            throw new Contradiction(causes(learned));
        }
        int back = 0;
        for (int literal : left) {
            int its = levels.getOrDefault(Math.abs(literal), 0);
            back = its < level ? Math.max(back, its) : back;
        }
        undo(back);
        return add(learned);
    }

    private long atLevel(Set<Integer> literals, int level) {
        return literals.stream().filter(l -> levels.getOrDefault(Math.abs(l), 0) == level).count();
    }

    private void undo(int level) {
        int size = decisions.get(level);
        while (trail.size() > size) {
            int literal = trail.removeLast();
            held.remove(literal);
            levels.remove(Math.abs(literal));
            reasons.remove(Math.abs(literal));
        }
        while (decisions.size() > level) {
            decisions.removeLast();
        }
        next = trail.size();
    }

    /** The original clauses that a learned one follows from. */
    private static List<Conclusion> causes(Clause learned) {
        Set<Clause> seen = new HashSet<>();
        Set<Conclusion> causes = new LinkedHashSet<>();
        List<Clause> open = new ArrayList<>(List.of(learned));
        while (!open.isEmpty()) {
            Clause clause = open.removeLast();
            if (seen.add(clause)) {
                clause.why.ifPresent(causes::add);
                open.addAll(clause.parents.reversed());
            }
        }
        return List.copyOf(causes);
    }
}
