package io.keelson.etcd;

import okhttp3.OkHttpClient;

import okio.ByteString;

import java.net.URI;
import java.time.Duration;
import java.util.List;

/** The etcd v3 API over its JSON gateway. */
public final class EtcdClient {
    public EtcdClient(List<URI> endpoints, OkHttpClient http, Duration timeout) {}

    public EtcdResult<RangeAnswer> range(Range range) {
        throw new UnsupportedOperationException();
    }

    public EtcdResult<ResponseHeader> put(String key, ByteString value, long lease) {
        throw new UnsupportedOperationException();
    }

    public EtcdResult<Long> delete(Range range) {
        throw new UnsupportedOperationException();
    }

    public EtcdResult<TransactionAnswer> transact(Transaction transaction) {
        throw new UnsupportedOperationException();
    }

    public EtcdResult<Lease> grantLease(long ttlSeconds) {
        throw new UnsupportedOperationException();
    }

    public EtcdResult<Lease> keepLease(long id) {
        throw new UnsupportedOperationException();
    }

    public EtcdResult<ResponseHeader> revokeLease(long id) {
        throw new UnsupportedOperationException();
    }

    public Watch watch(Range range, long fromRevision, Duration atMost) {
        throw new UnsupportedOperationException();
    }
}
