package io.keelson.etcd;

import io.keelson.etcd.Transaction.Operation;

import okhttp3.OkHttpClient;

import okio.ByteString;

import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * The etcd v3 API over its JSON gateway ({@code /v3/...}, etcd 3.4 and later). Every call blocks,
 * is sent at most once, and says what is known about it afterwards.
 *
 * @see <a href="https://etcd.io/docs/v3.4/dev-guide/api_grpc_gateway/">etcd: gRPC gateway</a>
 */
public final class EtcdClient {
    private final Gateway gateway;

    /**
     * @param endpoints members of one cluster, {@code http(s)://HOST:PORT}
     * @param http brings proxy and TLS settings; its timeouts and retries are overruled
     * @param timeout for one call to one endpoint
     */
    public EtcdClient(List<URI> endpoints, OkHttpClient http, Duration timeout) {
        this.gateway = new Gateway(endpoints, http, timeout);
    }

    /** Reads keys; linearizable, so it sees every write that was answered before. */
    public EtcdResult<Range.Answer> range(Range range) {
        return gateway.post("/v3/kv/range", RequestJson.range(range), ResponseJson::range);
    }

    public EtcdResult<ResponseHeader> put(String key, ByteString value) {
        return put(new Operation.Put(key, value, 0));
    }

    public EtcdResult<ResponseHeader> put(Operation.Put put) {
        return gateway.post("/v3/kv/put", RequestJson.put(put), ResponseJson::header);
    }

    /** Deletes keys and answers how many there were. */
    public EtcdResult<Long> delete(Range range) {
        return gateway.post("/v3/kv/deleterange", RequestJson.delete(range), ResponseJson::deleted);
    }

    public EtcdResult<Transaction.Answer> transact(Transaction transaction) {
        return gateway.post(
                "/v3/kv/txn", RequestJson.transaction(transaction), ResponseJson::transaction);
    }

    public EtcdResult<Lease> grantLease(long ttlSeconds) {
        return gateway.post(
                "/v3/lease/grant", RequestJson.leaseGrant(ttlSeconds), ResponseJson::lease);
    }

    /** Renews a lease once; the answer has 0 seconds left when the lease was gone already. */
    public EtcdResult<Lease> keepLease(long id) {
        return gateway.post("/v3/lease/keepalive", RequestJson.lease(id), ResponseJson::lease);
    }

    /** Ends a lease and deletes its keys. */
    public EtcdResult<ResponseHeader> revokeLease(long id) {
        return gateway.post("/v3/lease/revoke", RequestJson.lease(id), ResponseJson::header);
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
}
