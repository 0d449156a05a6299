package io.keelson.etcd;

import io.keelson.etcd.EtcdResult.Known;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/** Trades a password for a token when there is none that works, once for all waiting threads. */
final class Login {
    private final EtcdUser user;
    private final ReentrantLock turn = new ReentrantLock();
    private volatile String token = "";

    Login(EtcdUser user) {
        this.user = user;
    }

    /** The token that worked last, empty before the first login. */
    String standing() {
        return token;
    }

    /** A new token in place of {@code stale}, unless another thread has got one meanwhile. */
    EtcdResult<String> renew(String stale, Function<EtcdUser, EtcdResult<String>> authenticate) {
        turn.lock();
        try {
            if (!token.equals(stale)) {
                return new Known<>(token);
            }
            EtcdResult<String> answer = authenticate.apply(user);
            token = answer instanceof Known<String>(var fresh) ? fresh : "";
            return answer;
        } finally {
            turn.unlock();
        }
    }

    /** The standing token or a first one; empty when there is none to be had. */
    String current(Function<EtcdUser, EtcdResult<String>> authenticate) {
        return token.isEmpty() && renew("", authenticate) instanceof Known<String>(var fresh)
                ? fresh
                : token;
    }
}
