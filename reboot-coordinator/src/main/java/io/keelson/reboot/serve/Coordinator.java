package io.keelson.reboot.serve;

import io.keelson.reboot.Surroundings;
import io.keelson.reboot.Timepiece;
import io.keelson.reboot.group.PolicyFile;
import io.keelson.reboot.rules.RefusalKind;
import io.keelson.reboot.serve.RequestBody.Malformed;
import io.keelson.reboot.store.GroupStore;

import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * The coordinator behind any HTTP server: takes calls on many threads, each of which may block for
 * as long as its caller waits. Any number of them may work on one etcd.
 */
public final class Coordinator implements AutoCloseable {
    private final Groups groups;
    private final FleetLockApi fleetLock;
    private final GroupApi groupApi;
    private final Metrics metrics = new Metrics();

    /**
     * What a coordinator works with.
     *
     * @param store the store of a group
     * @param requestIds a new id for every question
     * @param isPlain believe any id in FleetLock's calls from other machines
     */
    public record Parts(
            Function<String, GroupStore> store,
            Timepiece time,
            Supplier<String> requestIds,
            RandomGenerator random,
            Surroundings surroundings,
            boolean isPlain) {}

    public Coordinator(PolicyFile policies, Parts parts) {
        this.groups =
                new Groups(
                        policies,
                        new Groups.Parts(
                                parts.store(),
                                parts.time(),
                                parts.requestIds(),
                                parts.random(),
                                parts.surroundings()));
        var access = new Access(parts.isPlain());
        this.fleetLock = new FleetLockApi(groups, access);
        this.groupApi = new GroupApi(groups, access);
    }

    /** Starts to look after the groups. */
    public void start() {
        groups.start();
    }

    /** Applies another form of the policy file; groups that it no longer names are not served. */
    void use(PolicyFile policies) {
        groups.use(policies);
    }

    /**
     * Why the policy file as it is now is not applied, shown with every group.
     *
     * @return whether that is news
     */
    boolean refusesPolicy(Optional<String> problem) {
        return groups.refusesPolicy(problem);
    }

    /** The names of the groups it serves. */
    public Set<String> groupNames() {
        return new TreeSet<>(groups.all().keySet());
    }

    /** Answers one call; blocks while its caller waits for a turn. */
    public HttpReply handle(HttpCall call) throws InterruptedException {
        String api = api(call.path());
        HttpReply reply;
        try {
            reply = route(call);
        } catch (Malformed e) {
            reply =
                    Refusals.reply(
                            RefusalKind.INVALID_REQUEST,
                            Refusals.shortened(String.valueOf(e.getMessage())));
        }
        metrics.count(api, reply);
        return reply;
    }

    private HttpReply route(HttpCall call) throws InterruptedException, Malformed {
        String[] path = call.path().split("/", 8);
        if (call.method().equals("GET")) {
            return get(call, path);
        }
        if (!call.method().equals("POST")) {
            return HttpReply.error(405, RefusalKind.INVALID_REQUEST, "only GET and POST are known");
        }
        // The words of the path without the names in it.
        String form =
                switch (path.length) {
                    case 3 -> path[1] + "/" + path[2];
                    case 5 -> path[1] + "/" + path[2] + "/*/*";
                    case 6 ->
                            path[4].equals("release") && path[2].equals("groups")
                                    ? "v2/groups/*/release/*"
                                    : path[1] + "/" + path[2] + "/*/*/*";
                    default -> "";
                };
        return switch (form) {
            case "v1/pre-reboot" -> fleetLock.preReboot(call);
            case "v1/steady-state" -> fleetLock.steadyState(call);
            case "v2/groups/*/*" -> groupApi.steer(call, path[3], path[4]);
            case "v2/groups/*/release/*" -> groupApi.release(call, path[3], path[5]);
            case "v2/reboots/*/*/*" -> groupApi.reboot(call, path[3], path[4], path[5]);
            default -> nowhere();
        };
    }

    private HttpReply get(HttpCall call, String[] path) {
        return switch (call.path()) {
            case "/v2/groups" -> groupApi.list(call);
            case "/metrics" ->
                    HttpReply.text(metrics.text(groups.all(), groups.policyProblem().isEmpty()));
            case "/healthz" -> HttpReply.text("ok\n");
            case "/v1/pre-reboot", "/v1/steady-state" ->
                    HttpReply.error(405, RefusalKind.INVALID_REQUEST, "FleetLock is POST only");
            default ->
                    path.length == 4 && path[1].equals("v2") && path[2].equals("groups")
                            ? groupApi.read(call, path[3])
                            : nowhere();
        };
    }

    private static HttpReply nowhere() {
        return HttpReply.error(404, RefusalKind.INVALID_REQUEST, "there is nothing at this path");
    }

    private static String api(String path) {
        return switch (path) {
            case "/v1/pre-reboot" -> "pre-reboot";
            case "/v1/steady-state" -> "steady-state";
            default -> path.startsWith("/v2/") ? "v2" : "other";
        };
    }

    @Override
    public void close() {
        groups.close();
    }
}
