package io.keelson.etcd;

import io.keelson.etcd.EtcdResult.Known;
import io.keelson.etcd.EtcdResult.Refused;
import io.keelson.etcd.EtcdResult.Unknown;
import io.keelson.etcd.Gateway.Ask;
import io.keelson.etcd.Transaction.Operation;

import okhttp3.OkHttpClient;

import okio.ByteString;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The etcd v3 API over its JSON gateway ({@code /v3/...}, etcd 3.4 and later). Every call blocks
 * and says what is known about it afterwards. A write is sent at most once; a read is asked of the
 * next endpoint when one does not answer it.
 *
 * @see <a href="https://etcd.io/docs/v3.4/dev-guide/api_grpc_gateway/">etcd: gRPC gateway</a>
 */
public final class EtcdClient {
    /** Most keys that {@link #readAll} answers. */
    public static final int READ_ALL_KEYS_MAX = 200_000;

    private static final ByteString HEALTH_PROBE =
            RequestJson.range(Range.ofKey("health").only(Range.Parts.COUNT));

    private final Gateway gateway;

    /**
     * @param endpoints members of one cluster, {@code http(s)://HOST:PORT}
     * @param http brings proxy and TLS settings; its timeouts and retries are overruled
     * @param timeout for one call to one endpoint
     */
    public EtcdClient(List<URI> endpoints, OkHttpClient http, Duration timeout) {
        this(endpoints, http, timeout, Optional.empty());
    }

    /**
     * @param user logs in before the first call and whenever etcd no longer knows the login
     */
    public EtcdClient(
            List<URI> endpoints, OkHttpClient http, Duration timeout, Optional<EtcdUser> user) {
        this.gateway = new Gateway(endpoints, http, timeout, user.map(Login::new));
    }

    /** Reads keys; linearizable, so it sees every write that was answered before. */
    public EtcdResult<Range.Answer> range(Range range) {
        return gateway.send(
                Ask.read("/v3/kv/range", RequestJson.range(range), ResponseJson::range));
    }

    /**
     * Reads keys in key order, in pages that all show the store at the revision of the first.
     *
     * @return Refused when there are more than {@link #READ_ALL_KEYS_MAX} keys, or when the
     *     revision was compacted meanwhile
     */
    public EtcdResult<Range.Answer> readAll(Range range, int pageKeys) {
        var values = new ArrayList<KeyValue>();
        Range rest = range.orderedBy(Range.Order.KEY).limitedTo(pageKeys);
        while (values.size() <= READ_ALL_KEYS_MAX) {
            EtcdResult<Range.Answer> page = range(rest);
            if (!(page instanceof Known<Range.Answer>(var found))) {
                return page;
            }
            values.addAll(found.values());
            if (!found.more()) {
                return page.map(
                        last -> new Range.Answer(last.header(), values, values.size(), false));
            }
            long revision = rest.revision() == 0 ? found.header().revision() : rest.revision();
            rest = rest.after(found.values().getLast().key()).at(revision);
        }
        return new Refused<>(
                EtcdResult.Refusal.REJECTED,
                "more than " + READ_ALL_KEYS_MAX + " keys from " + range.key().utf8());
    }

    public EtcdResult<ResponseHeader> put(String key, ByteString value) {
        return put(new Operation.Put(key, value, 0));
    }

    public EtcdResult<ResponseHeader> put(Operation.Put put) {
        return gateway.send(Ask.write("/v3/kv/put", RequestJson.put(put), ResponseJson::header));
    }

    /** Deletes keys and answers how many there were. */
    public EtcdResult<Long> delete(Range range) {
        return gateway.send(
                Ask.write("/v3/kv/deleterange", RequestJson.delete(range), ResponseJson::deleted));
    }

    public EtcdResult<Transaction.Answer> transact(Transaction transaction) {
        ByteString body = RequestJson.transaction(transaction);
        return gateway.send(
                new Ask<>("/v3/kv/txn", body, ResponseJson::transaction, transaction.onlyReads()));
    }

    public EtcdResult<Lease> grantLease(long ttlSeconds) {
        return grantLease(0, ttlSeconds);
    }

    /**
     * Grants a lease under an id of the caller's choice, so that an unknown outcome can be decided
     * by {@link #leaseStanding}.
     *
     * @param id 0 lets etcd choose
     */
    public EtcdResult<Lease> grantLease(long id, long ttlSeconds) {
        return gateway.send(
                Ask.write(
                        "/v3/lease/grant",
                        RequestJson.leaseGrant(id, ttlSeconds),
                        ResponseJson::lease));
    }

    /** Renews a lease once; the answer has 0 seconds left when the lease was gone already. */
    public EtcdResult<Lease> keepLease(long id) {
        return gateway.send(
                Ask.write("/v3/lease/keepalive", RequestJson.lease(id), ResponseJson::lease));
    }

    /** How long a lease still lives, and which keys end with it. */
    public EtcdResult<Lease.Standing> leaseStanding(long id) {
        return gateway.send(
                Ask.read(
                        "/v3/lease/timetolive",
                        RequestJson.leaseStanding(id),
                        ClusterJson::standing));
    }

    /** Ends a lease and deletes its keys. */
    public EtcdResult<ResponseHeader> revokeLease(long id) {
        return gateway.send(
                Ask.write("/v3/lease/revoke", RequestJson.lease(id), ResponseJson::header));
    }

    /**
     * Watches keys; connects when first read.
     *
     * @param fromRevision first revision whose changes are told, 0 for those from now on
     * @param atMost the whole watch ends after this time, zero for never
     */
    public Watch watch(Range range, long fromRevision, Duration atMost) {
        return new Watch(
                gateway.streams("/v3/watch", RequestJson.watch(range, fromRevision), atMost),
                atMost);
    }

    /**
     * Tells every change after an answer, through lost connections and members.
     *
     * @param seen header of the answer
     * @param renewal how long one connection serves at most: the longest time that a member which
     *     was cut off in silence goes unnoticed
     */
    public Follow follow(Range range, ResponseHeader seen, Duration renewal) {
        return new Follow(this, range, seen, renewal);
    }

    /** The state of whichever member answers. */
    public EtcdResult<MemberStatus> status() {
        return gateway.send(
                Ask.read("/v3/maintenance/status", RequestJson.nothing(), ClusterJson::status));
    }

    /** Who belongs to the cluster, and who of them answers at its own address. */
    public EtcdResult<Member.ClusterHealth> health() {
        var ask = Ask.read("/v3/cluster/member/list", RequestJson.nothing(), ClusterJson::members);
        return gateway.send(ask)
                .map(found -> new Member.ClusterHealth(found.header(), probe(found.members())));
    }

    private List<Member.Health> probe(List<Member> members) {
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Member.Health>> probes =
                    members.stream().map(each -> executor.submit(() -> probe(each))).toList();
            var found = new ArrayList<Member.Health>();
            for (int i = 0; i < members.size(); i++) {
                found.add(answered(members.get(i), probes.get(i)));
            }
            return found;
        }
    }

    private static Member.Health answered(Member member, Future<Member.Health> probe) {
        try {
            return probe.get();
        } catch (ExecutionException e) {
            return new Member.Health(member, Optional.of(String.valueOf(e.getCause())));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return new Member.Health(member, Optional.of("interrupted"));
        }
    }

    private Member.Health probe(Member member) {
        if (member.clientUrls().isEmpty()) {
            return new Member.Health(member, Optional.of("it has never started"));
        }
        EtcdResult<Range.Answer> read =
                gateway.onlyTo(member.clientUrls())
                        .send(Ask.read("/v3/kv/range", HEALTH_PROBE, ResponseJson::range));
        return new Member.Health(
                member,
                switch (read) {
                    case Known<Range.Answer> _ -> Optional.empty();
                    // A member that refuses by the cluster's rules has heard from its leader.
                    case Refused<Range.Answer>(var refusal, var reason) ->
                            refusal == EtcdResult.Refusal.DENIED
                                    ? Optional.empty()
                                    : Optional.of(reason);
                    case Unknown<Range.Answer>(var reason) -> Optional.of(reason);
                });
    }
}
