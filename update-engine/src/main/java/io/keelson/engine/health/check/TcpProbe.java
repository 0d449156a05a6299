package io.keelson.engine.health.check;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;

/** Somebody accepts connections at an address. */
public final class TcpProbe implements HealthCheck {
    private final String name;
    private final String host;
    private final int port;

    public TcpProbe(String name, String host, int port) {
        this.name = name;
        this.host = host;
        this.port = port;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public CheckOutcome look(Duration limit) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), (int) limit.toMillis());
            return new CheckOutcome.Passed();
        } catch (IOException e) {
            return new CheckOutcome.Waiting(
                    "no connection to %s port %d: %s".formatted(host, port, e.getMessage()));
        }
    }
}
