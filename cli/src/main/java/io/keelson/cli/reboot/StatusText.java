package io.keelson.cli.reboot;

import io.keelson.cli.terminal.Columns;

import tools.jackson.databind.JsonNode;

import java.io.PrintStream;
import java.util.HashMap;

/** A group's document as a screen for people. */
final class StatusText {
    private StatusText() {}

    static void print(JsonNode group, PrintStream out) {
        JsonNode policy = group.path("policy");
        out.printf(
                "group %s: %d of %d slots free%n",
                text(group, "group"), group.path("free").asInt(0), group.path("slots").asInt(0));
        out.printf(
                "failures: %d of %d%n",
                group.path("budget").path("used").asInt(0), policy.path("failures").asInt(0));
        JsonNode last = group.path("failures").path("last");
        if (last.isObject()) {
            out.printf(
                    "last failure: %s at %s: %s%n",
                    text(last, "id"), text(last, "at"), text(last, "reason"));
        }
        JsonNode halted = group.path("halted");
        if (halted.isObject()) {
            out.printf(
                    "halted since %s by %s: %s%n",
                    text(halted, "at"), text(halted, "actor"), text(halted, "reason"));
        }
        JsonNode problem = group.path("policyProblem");
        if (problem.isString()) {
            out.printf("policy: the one applied last stays, for %s%n", problem.asString());
        }
        printOpenings(group, out);
        printHolders(group, out);
        printQueue(group, out);
    }

    private static void printOpenings(JsonNode group, PrintStream out) {
        if (group.path("policy").path("windows").isEmpty()
                && group.path("policy").path("blackouts").isEmpty()) {
            return;
        }
        for (JsonNode opening : group.path("openings")) {
            out.printf("window: %s to %s%n", text(opening, "start"), text(opening, "end"));
        }
        if (group.path("openings").isEmpty()) {
            out.println("window: none in sight");
        }
    }

    private static void printHolders(JsonNode group, PrintStream out) {
        if (group.path("holders").isEmpty()) {
            return;
        }
        out.println();
        var table = new Columns("HOLDS", "STATE", "SINCE", "DEADLINE");
        for (JsonNode holder : group.path("holders")) {
            String id = text(holder, "id");
            table.row(
                    id,
                    text(holder, "state"),
                    text(holder, "since"),
                    text(group.path("deadlines"), id));
        }
        table.print(out);
    }

    private static void printQueue(JsonNode group, PrintStream out) {
        if (group.path("queue").isEmpty()) {
            return;
        }
        var reasons = new HashMap<String, String>();
        for (JsonNode reason : group.path("reasons")) {
            reasons.put(text(reason, "id"), text(reason, "reason"));
        }
        out.println();
        var table = new Columns("WAITS", "SINCE", "WHY");
        for (JsonNode waiter : group.path("queue")) {
            String id = text(waiter, "id");
            table.row(id, text(waiter, "since"), reasons.getOrDefault(id, "others are before it"));
        }
        table.print(out);
        int more = group.path("waiting").asInt(0) - group.path("queue").size();
        if (more > 0) {
            out.printf("and %d more%n", more);
        }
    }

    private static String text(JsonNode node, String field) {
        return node.path(field).asString("-");
    }
}
