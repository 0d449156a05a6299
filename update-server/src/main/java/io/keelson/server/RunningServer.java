package io.keelson.server;

import io.keelson.payload.TrustedKeys;
import io.keelson.server.api.AdminToken;
import io.keelson.server.reboot.RebootService;
import io.keelson.server.reboot.RebootServlet;
import io.keelson.server.release.PayloadDirectory;

import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.server.WebServer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.support.GenericApplicationContext;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** An update server that serves; closing it ends it. */
public final class RunningServer implements AutoCloseable {
    private static final int TOKEN_BYTES_MAX = 4096;

    private final ConfigurableApplicationContext context;
    private final CountDownLatch closed;
    private final URI uri;

    private RunningServer(ConfigurableApplicationContext context, CountDownLatch closed, URI uri) {
        this.context = context;
        this.closed = closed;
        this.uri = uri;
    }

    /** Returns when requests are answered. */
    public static RunningServer start(ServerOptions options, InstantSource clock)
            throws ServerStartException {
        Parts parts = Parts.open(options, clock);
        CountDownLatch closed = new CountDownLatch(1);
        SpringApplication application = new SpringApplication(ServerApplication.class);
        application.setMainApplicationClass(ServerMain.class);
        application.setBannerMode(Banner.Mode.OFF);
        application.setLogStartupInfo(false);
        application.addInitializers(parts);
        application.addListeners(event -> {
            if (event instanceof ContextClosedEvent) {
                closed.countDown();
            }
        });
        ConfigurableApplicationContext context;
        try {
            context = application.run(ServerApplication.settings(options));
        } catch (RuntimeException e) {
            throw ServerStartException.of(options, e);
        }
        return new RunningServer(context, closed, uri(options, context));
    }

    /** Where it listens, without a trailing slash. */
    public URI uri() {
        return uri;
    }

    /** Waits until the server has been told to end. */
    public void awaitClosed() throws InterruptedException {
        closed.await();
    }

    @Override
    public void close() {
        context.close();
    }

    private static URI uri(ServerOptions options, ConfigurableApplicationContext context) {
        WebServer webServer = ((WebServerApplicationContext) context).getWebServer();
        int port = Objects.requireNonNull(webServer, "a started context serves").getPort();
        String address = options.address();
        String host = address.contains(":") ? "[" + address + "]" : address;
        return URI.create("http://" + host + ":" + port);
    }

    /** What is made before the context, because its failure is the operator's to mend. */
    private record Parts(
            PayloadDirectory directory,
            TrustedKeys keys,
            Optional<AdminToken> token,
            Optional<RebootService> reboots,
            InstantSource clock)
            implements ApplicationContextInitializer<GenericApplicationContext> {

        static Parts open(ServerOptions options, InstantSource clock) throws ServerStartException {
            try {
                TrustedKeys keys = TrustedKeys.ofFiles(options.trust(), 1);
                Optional<Path> file = options.adminToken();
                Optional<AdminToken> token =
                        file.isPresent()
                                ? Optional.of(new AdminToken(text(file.get())))
                                : Optional.empty();
                PayloadDirectory payloads = PayloadDirectory.open(options.data());
                return new Parts(payloads, keys, token, reboots(options, clock), clock);
            } catch (IOException | IllegalArgumentException e) {
                throw new ServerStartException("the server did not start: " + e.getMessage(), e);
            }
        }

        private static Optional<RebootService> reboots(ServerOptions options, InstantSource clock)
                throws IOException {
            if (options.reboots().isEmpty()) {
                return Optional.empty();
            }
            RebootOptions wanted = options.reboots().get();
            var settings =
                    new RebootService.Settings(
                            wanted.policy(),
                            wanted.etcd(),
                            options.data().resolve("reboot"),
                            wanted.tokens(),
                            wanted.isPlain());
            return Optional.of(RebootService.start(settings, clock));
        }

        private static String text(Path file) throws IOException {
            try (InputStream in = Files.newInputStream(file)) {
                return new String(in.readNBytes(TOKEN_BYTES_MAX), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new IOException("the admin token in " + file + " cannot be read", e);
            }
        }

        @Override
        public void initialize(GenericApplicationContext context) {
            context.registerBean(PayloadDirectory.class, () -> directory);
            context.registerBean(TrustedKeys.class, () -> keys);
            context.registerBean(InstantSource.class, () -> clock);
            List<AdminToken> tokens = token.stream().toList();
            tokens.forEach(one -> context.registerBean(AdminToken.class, () -> one));
            reboots.ifPresent(service -> {
                context.registerBean(RebootService.class, () -> service);
                context.registerBean(
                        ServletRegistrationBean.class,
                        () ->
                                new ServletRegistrationBean<>(
                                        new RebootServlet(service),
                                        RebootServlet.PATHS.toArray(String[]::new)));
            });
        }
    }
}
