package io.keelson.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.engine.json.JsonObject;
import io.keelson.engine.json.JsonText;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What on-call people and their monitoring see of one status. */
class StatusScreenTest {
    private static final String STATUS =
            """
            {"version":"1.0.0","state":"downloading",
             "detail":{"to":"1.1.0","doneBytes":500,"totalBytes":1000},"secureBoot":true,
             "slots":[{"slot":"A","version":"1.0.0","state":"running","entry":"keelson_1.0.0.efi"},
                      {"slot":"B","version":"0.9.0","state":"on-trial","triesLeft":2}],
             "server":"https://updates.example/v1/update/","group":"a \\"b\\"",
             "lastCheck":"2026-01-01T00:00:00Z","nextCheck":"2026-01-01T00:45:00Z",
             "lastError":"no answer","lastErrorAt":"2025-12-31T23:00:00Z",
             "unreportedEvents":3,"reportProblem":"not since 2025-12-31T22:00:00Z: refused",
             "lock":{"strategy":"lock+window","group":"racks","windows":["daily 02:00-03:00 UTC"],
                     "isWindowOpen":false,"nextWindow":"2026-01-02T02:00:00Z","position":2,
                     "reason":"held by other","releasePending":true,
                     "releaseProblem":"not since 2025-12-31T21:00:00Z: no etcd"},
             "bad":[{"version":"0.8.0","reason":"sick"}],"health":{"healthy":false}}
            """;

    /** Prometheus' text format 0.0.4: a name, labels whose values escape quotes, a number. */
    private static final Pattern SAMPLE =
            Pattern.compile(
                    "([a-z_]+)(\\{([a-z]+=\"([^\"\\\\\\n]|\\\\[\"\\\\n])*\",?)+\\})? -?\\d+");

    @Test
    void oneScreenSaysWhatIsWaitedForAndWhatFailsSinceWhen() throws Exception {
        assertThat(StatusScreen.lines(status()))
                .contains(
                        "next check   2026-01-01T00:45:00Z",
                        "last error   2025-12-31T23:00:00Z: no answer",
                        "events       3 cannot be told to the server, not since"
                                + " 2025-12-31T22:00:00Z: refused",
                        "reboot       lock+window, group racks, next window 2026-01-02T02:00:00Z,"
                                + " waiting at position 2: held by other, the slot is still to be"
                                + " handed back, not since 2025-12-31T21:00:00Z: no etcd",
                        "slot B       0.9.0 (on-trial, tries left 2)");
    }

    @Test
    void everyMetricIsDeclaredOnceBeforeItsSamples() throws Exception {
        var declared = new TreeSet<String>();
        var samples = new ArrayList<String>();
        for (String line : MetricsText.of(status()).lines().toList()) {
            if (line.startsWith("# TYPE ")) {
                assertThat(declared.add(line.split(" ", -1)[2])).as(line).isTrue();
            } else if (!line.startsWith("# HELP ")) {
                Matcher sample = SAMPLE.matcher(line);
                assertThat(sample.matches()).as(line).isTrue();
                assertThat(declared).contains(sample.group(1));
                samples.add(line);
            }
        }
        assertThat(samples)
                .containsAll(
                        List.of(
                                "keelson_slot{slot=\"A\",version=\"1.0.0\",state=\"running\"} 1",
                                "keelson_slot_tries_left{slot=\"B\",version=\"0.9.0\",state=\"on-trial\"} 2",
                                "keelson_download_bytes 500",
                                "keelson_download_size_bytes 1000",
                                "keelson_reboot_queue_position 2",
                                "keelson_lock_release_pending 1",
                                "keelson_unreported_events 3",
                                "keelson_last_error 1",
                                "keelson_last_error_timestamp_seconds 1767222000",
                                "keelson_bad_releases 1",
                                "keelson_healthy 0"));
        assertThat(samples).anyMatch(line -> line.contains("group=\"a \\\"b\\\"\""));
    }

    private static JsonObject status() throws IOException {
        return JsonText.read(STATUS.getBytes(StandardCharsets.UTF_8));
    }
}
