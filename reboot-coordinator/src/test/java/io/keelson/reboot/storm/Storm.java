package io.keelson.reboot.storm;

import io.keelson.etcd.EtcdClient;
import io.keelson.etcd.EtcdResult;
import io.keelson.etcd.KeyValue;
import io.keelson.etcd.Range;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Hosts that all ask in one moment for few slots, each on a connection of its own; then all of them
 * wait on open connections, are served one after the other and give their slot back.
 */
final class Storm {
    private static final Pattern FENCE = Pattern.compile("\"fence\":(\\d+)");
    private static final Pattern HOLDER = Pattern.compile("\"id\":\"(node\\d+)\"");
    private static final String QUEUE = "/keelson/reboot-queue/default/";
    private static final int SLOTS = 5;
    private static final int PAGE_KEYS = 1_000;

    private final InetSocketAddress coordinator;
    private final EtcdClient etcd;

    Storm(InetSocketAddress coordinator, EtcdClient etcd) {
        this.coordinator = coordinator;
        this.etcd = etcd;
    }

    /**
     * What all hosts of one wave saw.
     *
     * @param outcomes how often each status came, 0 for no answer
     */
    record Wave(SortedMap<Integer, Integer> outcomes, Times times) {
        int of(int status) {
            return outcomes.getOrDefault(status, 0);
        }
    }

    /** Of a wave, from the common start to the answers. */
    record Times(long wallMillis, long p50Millis, long p99Millis) {}

    /**
     * @param granted at the first moment
     * @param errors answers that were neither a grant nor a place in the line, or none
     * @param served got a slot in the end
     * @param outOfOrder hosts served before one that joined the line in an earlier write
     * @param held slots that were still held at the end
     */
    record Result(
            Wave ask, Wave wave, int granted, int errors, int served, int outOfOrder, int held) {
        boolean holds(int hosts) {
            return granted == Math.min(SLOTS, hosts)
                    && errors == 0
                    && served == hosts
                    && outOfOrder == 0
                    && held == 0;
        }
    }

    Result run(int hosts) throws InterruptedException {
        post("/v2/groups/default/max", "{\"max\":" + SLOTS + "}");
        Map<String, Long> fences = new ConcurrentHashMap<>();
        Wave ask = wave(hosts, host -> request(host, "?wait=0", fences));
        int granted = fences.size();
        Map<String, Long> places = places();
        var first = List.copyOf(fences.keySet());
        Map<String, Integer> released = new ConcurrentHashMap<>();
        Wave wave =
                wave(
                        hosts,
                        host -> {
                            int status = first.contains(host) ? 200 : request(host, "", fences);
                            if (status != 200) {
                                return status;
                            }
                            int end = post("/v1/steady-state", body(host)).status();
                            released.put(host, end);
                            return end;
                        });
        int errors = hosts - ask.of(200) - ask.of(423) + hosts - wave.of(200);
        int served = (int) released.values().stream().filter(status -> status == 200).count();
        return new Result(
                ask, wave, granted, errors, served, outOfOrder(places, fences), holders());
    }

    private interface Act {
        int status(String host);
    }

    private Wave wave(int hosts, Act act) throws InterruptedException {
        var start = new CountDownLatch(1);
        var millis = new long[hosts];
        var status = new int[hosts];
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < hosts; i++) {
            int host = i;
            threads.add(
                    Thread.startVirtualThread(() -> {
                        await(start);
                        long begin = System.nanoTime();
                        status[host] = act.status("node%05d".formatted(host));
                        millis[host] = (System.nanoTime() - begin) / 1_000_000;
                    }));
        }
        long begin = System.nanoTime();
        start.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        long wall = (System.nanoTime() - begin) / 1_000_000;
        var outcomes = new TreeMap<Integer, Integer>();
        Arrays.stream(status).forEach(each -> outcomes.merge(each, 1, Integer::sum));
        Arrays.sort(millis);
        var times = new Times(wall, millis[hosts / 2], millis[(int) (hosts * 99L / 100)]);
        return new Wave(outcomes, times);
    }

    private int request(String host, String query, Map<String, Long> fences) {
        Http.Answer answer = post("/v1/pre-reboot" + query, body(host));
        Matcher fence = FENCE.matcher(answer.body());
        if (answer.status() == 200 && fence.find()) {
            fences.put(host, Long.parseLong(fence.group(1)));
        }
        return answer.status();
    }

    private static String body(String host) {
        return "{\"client_params\":{\"id\":\"" + host + "\",\"group\":\"default\"}}";
    }

    private Http.Answer post(String path, String body) {
        return Http.send(coordinator, "POST", path, body);
    }

    /** The revision at which each of those who wait joined the line. */
    private Map<String, Long> places() {
        Map<String, Long> places = new TreeMap<>();
        if (etcd.readAll(Range.ofPrefix(QUEUE), PAGE_KEYS)
                instanceof EtcdResult.Known<Range.Answer>(var answer)) {
            for (KeyValue value : answer.values()) {
                places.put(value.key().substring(QUEUE.length()), value.createRevision());
            }
        }
        return places;
    }

    /** A host's place in the line and the fence of its grant. */
    private record Served(long place, long fence) {}

    private static int outOfOrder(Map<String, Long> places, Map<String, Long> fences) {
        List<Served> line =
                places.entrySet().stream()
                        .flatMap(each ->
                                Stream.ofNullable(fences.get(each.getKey()))
                                        .map(fence -> new Served(each.getValue(), fence)))
                        .sorted(Comparator.comparingLong(Served::fence))
                        .toList();
        long last = 0;
        int wrong = 0;
        for (Served host : line) {
            wrong += host.place() < last ? 1 : 0;
            last = Math.max(last, host.place());
        }
        return wrong + Math.abs(places.size() - line.size());
    }

    private int holders() {
        String document =
                etcd.range(Range.ofKey("/keelson/reboot/default"))
                                instanceof EtcdResult.Known<Range.Answer>(var answer)
                        ? answer.first().map(KeyValue::text).orElse("")
                        : "unknown";
        int holders = document.indexOf("\"holders\"");
        return holders < 0
                ? -1
                : (int) HOLDER.matcher(document.substring(holders)).results().count();
    }

    private static void await(CountDownLatch start) {
        try {
            start.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
