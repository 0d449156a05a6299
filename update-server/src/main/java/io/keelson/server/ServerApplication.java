package io.keelson.server;

import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The Spring application: the components below this package. */
@SpringBootApplication(proxyBeanMethods = false)
class ServerApplication {
    /**
     * The settings as arguments, which nothing in the environment overrides: a variable meant for
     * another program must not move this server's port.
     */
    static String[] settings(ServerOptions options) {
        return new String[] {
            "--server.address=" + options.address(),
            "--server.port=" + options.port(),
            "--server.shutdown=immediate",
            // A refused upload is drained, so that the client reads the reason, not a broken pipe.
            "--server.tomcat.max-swallow-size=2047MB",
            // Hosts that wait for their turn to reboot keep a connection each.
            "--server.tomcat.max-connections=20000",
            "--server.error.whitelabel.enabled=false",
            "--spring.threads.virtual.enabled=true",
            "--spring.main.log-startup-info=false",
            "--spring.jmx.enabled=false",
            "--spring.datasource.url=jdbc:h2:file:"
                    + options.data().toAbsolutePath().resolve("fleet")
                    // Events are acknowledged, so a commit is on its way to the disk at once.
                    + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE",
            "--spring.datasource.username=keelson",
            "--spring.datasource.password=",
            "--spring.flyway.locations=classpath:io/keelson/server/db",
            "--logging.config=classpath:io/keelson/server/logback.xml",
        };
    }
}
