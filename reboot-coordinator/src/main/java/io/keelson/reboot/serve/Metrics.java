package io.keelson.reboot.serve;

import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts of what was answered, in Prometheus' text form; few labels, so that it stays small. */
final class Metrics {
    private final ConcurrentSkipListMap<String, LongAdder> answers = new ConcurrentSkipListMap<>();

    void count(String api, HttpReply reply) {
        String labels = "api=\"%s\",status=\"%d\"".formatted(api, reply.status());
        answers.computeIfAbsent(labels, _ -> new LongAdder()).increment();
    }

    String text(SortedMap<String, GroupService> groups, boolean isPolicyApplied) {
        var text = new StringBuilder("# TYPE keelson_reboot_requests_total counter\n");
        for (Map.Entry<String, LongAdder> each : answers.entrySet()) {
            text.append("keelson_reboot_requests_total{")
                    .append(each.getKey())
                    .append("} ")
                    .append(each.getValue().sum())
                    .append('\n');
        }
        text.append("# TYPE keelson_reboot_policy_file_applied gauge\n")
                .append("keelson_reboot_policy_file_applied ")
                .append(isPolicyApplied ? 1 : 0)
                .append('\n');
        text.append("# TYPE keelson_reboot_waiting gauge\n");
        groups.forEach((group, service) ->
                text.append("keelson_reboot_waiting{group=\"")
                        .append(group)
                        .append("\"} ")
                        .append(service.waitingHere())
                        .append('\n'));
        return text.toString();
    }
}
