package io.keelson.reboot.group;

import io.keelson.reboot.group.GroupPolicy.Guards;
import io.keelson.reboot.group.GroupPolicy.Times;
import io.keelson.reboot.group.GroupPolicy.WhenOverdue;
import io.keelson.reboot.window.Blackout;
import io.keelson.reboot.window.DurationText;
import io.keelson.reboot.window.RebootWindow;
import io.keelson.reboot.window.WindowCalendar;

import tools.jackson.core.JsonGenerator;

import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A group's policy as JSON, in its document and in a policy file: {@code {"slots": "10%",
 * "windows": ["Sat 02:00-05:00 Europe/Berlin"], ...}}. Every field may be left out.
 */
public final class PolicyJson {
    private static final String KNOWN =
            "slots, members, zone, windows, blackouts, expected, deadline, grace, failures,"
                    + " overdue, etcdVoters, workloads";

    private PolicyJson() {}

    public static void write(JsonGenerator json, GroupPolicy policy) {
        json.writeStartObject();
        switch (policy.slots()) {
            case Slots.Count(int slots) -> json.writeNumberProperty("slots", slots);
            case Slots.Percent percent -> {
                json.writeStringProperty("slots", percent.text());
                percent.declared().ifPresent(all -> json.writeNumberProperty("members", all));
            }
        }
        writeTexts(
                json,
                "windows",
                policy.calendar().windows().stream().map(RebootWindow::text).toList());
        writeTexts(
                json,
                "blackouts",
                policy.calendar().blackouts().stream().map(Blackout::text).toList());
        Times times = policy.times();
        json.writeStringProperty("expected", DurationText.write(times.expected()));
        json.writeStringProperty("deadline", DurationText.write(times.deadline()));
        json.writeStringProperty("grace", DurationText.write(times.grace()));
        json.writeNumberProperty("failures", policy.failureBudget());
        writeGuards(json, policy.guards());
        json.writeEndObject();
    }

    private static void writeGuards(JsonGenerator json, Guards guards) {
        json.writeStringProperty("overdue", guards.whenOverdue().name().toLowerCase(Locale.ROOT));
        json.writeObjectPropertyStart("etcdVoters");
        guards.etcdVoters().forEach(json::writeStringProperty);
        json.writeEndObject();
        json.writeArrayPropertyStart("workloads");
        for (Workload workload : guards.workloads()) {
            json.writeStartObject();
            json.writeStringProperty("name", workload.name());
            writeTexts(json, "nodes", new TreeSet<>(workload.nodes()));
            json.writeNumberProperty("minAvailable", workload.minAvailable());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void writeTexts(JsonGenerator json, String name, Iterable<String> texts) {
        json.writeArrayPropertyStart(name);
        texts.forEach(json::writeString);
        json.writeEndArray();
    }

    /** Fields as they are read; only all together they make sense. */
    private static final class Draft {
        String slots = "1";
        OptionalInt members = OptionalInt.empty();
        ZoneId zone = ZoneId.of("UTC");
        List<String> windows = List.of();
        List<String> blackouts = List.of();
        Duration expected = Times.DEFAULT.expected();
        Duration deadline = Times.DEFAULT.deadline();
        Duration grace = Times.DEFAULT.grace();
        int failures = GroupPolicy.DEFAULT_FAILURE_BUDGET;
        WhenOverdue overdue = WhenOverdue.HOLD;
        Map<String, String> voters = Map.of();
        List<Workload> workloads = List.of();

        GroupPolicy policy() {
            return new GroupPolicy(
                    slots(),
                    new WindowCalendar(
                            windows.stream().map(text -> RebootWindow.parse(text, zone)).toList(),
                            blackouts.stream().map(text -> Blackout.parse(text, zone)).toList()),
                    new Times(expected, deadline, grace),
                    failures,
                    new Guards(voters, workloads, overdue));
        }

        private Slots slots() {
            Slots parsed = Slots.parse(slots);
            if (members.isEmpty()) {
                return parsed;
            }
            return switch (parsed) {
                case Slots.Percent percent -> new Slots.Percent(percent.percent(), members);
                case Slots.Count _ ->
                        throw new IllegalArgumentException(
                                "'members' is for slots that are a share such as 10%");
            };
        }
    }

    static GroupPolicy read(JsonFields fields) {
        var draft = new Draft();
        while (fields.next()) {
            switch (fields.name()) {
                case "slots" -> draft.slots = fields.numberOrText();
                case "members" -> draft.members = OptionalInt.of(fields.count());
                case "zone" -> draft.zone = ZoneId.of(fields.text());
                case "windows" -> draft.windows = fields.texts();
                case "blackouts" -> draft.blackouts = fields.texts();
                case "expected" -> draft.expected = DurationText.parse(fields.text());
                case "deadline" -> draft.deadline = DurationText.parse(fields.text());
                case "grace" -> draft.grace = DurationText.parse(fields.text());
                case "failures" -> draft.failures = fields.count();
                case "overdue" -> draft.overdue = whenOverdue(fields.text());
                case "etcdVoters" -> draft.voters = readVoters(fields.object());
                case "workloads" -> draft.workloads = fields.list(PolicyJson::readWorkload);
                default -> throw fields.unknown(KNOWN);
            }
        }
        return draft.policy();
    }

    private static WhenOverdue whenOverdue(String text) {
        return switch (text) {
            case "hold" -> WhenOverdue.HOLD;
            case "release" -> WhenOverdue.RELEASE;
            default ->
                    throw new IllegalArgumentException(
                            "overdue must be hold or release but is '" + Names.oneLine(text) + "'");
        };
    }

    private static Map<String, String> readVoters(JsonFields fields) {
        var voters = new TreeMap<String, String>();
        while (fields.next()) {
            voters.put(fields.name(), fields.text());
        }
        return voters;
    }

    private static Workload readWorkload(JsonFields fields) {
        String name = "";
        Set<String> nodes = Set.of();
        int minAvailable = 0;
        while (fields.next()) {
            switch (fields.name()) {
                case "name" -> name = fields.text();
                case "nodes" -> nodes = new TreeSet<>(fields.texts());
                case "minAvailable" -> minAvailable = fields.count();
                default -> throw fields.unknown("name, nodes, minAvailable");
            }
        }
        fields.require("name", "nodes", "minAvailable");
        return new Workload(name, nodes, minAvailable);
    }
}
