package io.keelson.engine.health.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.engine.health.check.HealthCheck;
import io.keelson.engine.health.check.ServerProbe;
import io.keelson.engine.slot.DiskPaths;
import io.keelson.host.Command;

import okhttp3.OkHttpClient;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

class HealthPlanTest {
    private static final Path IMAGES_OWN = Path.of("src/main/dist/share/keelson/health.conf");

    @TempDir Path directory;
    private Path programs;

    @BeforeEach
    void putPrograms() throws Exception {
        programs = Files.createDirectory(directory.resolve("health.d"));
        for (String name : List.of("10-db", "20-nice.soft")) {
            Path program = Files.writeString(programs.resolve(name), "#!/bin/sh\n");
            Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    @Test
    void hostWithoutAFileHasItsOwnChecks() throws Exception {
        assertThat(names(read()))
                .containsExactly(
                        "verified-usr",
                        "failed-units",
                        "unit:keelsond.service",
                        "health.d/10-db",
                        "health.d/20-nice.soft");
        assertThat(find(read(), "health.d/20-nice.soft").level()).isEqualTo(Level.SOFT);
        PlannedCheck database = find(read(), "health.d/10-db");
        assertThat(database.level()).isEqualTo(Level.HARD);
        assertThat(database.timeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(database.retry()).isEqualTo(Duration.ofMinutes(2));
        assertThat(database.isPatient()).isFalse();
    }

    @Test
    void fileOfTheImageIsReadable() throws Exception {
        assertThat(HealthPlan.read(List.of(IMAGES_OWN), host(Optional.empty())))
                .anySatisfy(planned -> {
                    assertThat(planned.check().name()).isEqualTo("disk:/var");
                    assertThat(planned.level()).isEqualTo(Level.SOFT);
                });
    }

    @Test
    void everyKindOfCheckCanBeAskedFor() throws Exception {
        List<PlannedCheck> checks =
                read(
                        """
                        # what this host is for
                        [http web]
                        url = http://127.0.0.1:8080/healthz
                        status = 200-299
                        contains = ok
                        timeout = 5
                        retry = 240
                        [tcp database]
                        address = [::1]:5432
                        [unit sshd.service]
                        [failed-units]
                        ignore = motd.service issue.service
                        [containers shop]
                        names = web db
                        retry = 240
                        level = soft
                        [disk /var]
                        free = 5%
                        [clock]
                        level = soft
                        [update-server]
                        [program 10-db]
                        level = soft
                        retry = 60
                        """);

        assertThat(names(checks))
                .contains(
                        "http:web",
                        "tcp:database",
                        "unit:sshd.service",
                        "failed-units",
                        "containers:shop",
                        "disk:/var",
                        "clock",
                        "update-server",
                        "health.d/10-db");
        assertThat(find(checks, "containers:shop").level()).isEqualTo(Level.SOFT);
        PlannedCheck web = find(checks, "http:web");
        assertThat(web.level()).isEqualTo(Level.HARD);
        assertThat(web.timeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(web.retry()).isEqualTo(Duration.ofMinutes(4));
        assertThat(web.isPatient()).isTrue();
        assertThat(find(checks, "update-server").level()).isEqualTo(Level.SOFT);
        assertThat(find(checks, "update-server").isPatient()).isFalse();
        assertThat(find(checks, "health.d/10-db").level()).isEqualTo(Level.SOFT);
        assertThat(names(checks)).doesNotHaveDuplicates();
    }

    @Test
    void laterFileChangesKeysOfAnEarlierOne() throws Exception {
        Path image = file("image", "[disk /var]\nfree = 5%\nlevel = soft\n[clock]\n");
        Path etc = file("etc", "[disk /var]\nlevel = hard\n[clock]\nenabled = no\n");

        List<PlannedCheck> checks =
                HealthPlan.read(
                        List.of(image, etc, directory.resolve("missing")), host(Optional.empty()));

        assertThat(find(checks, "disk:/var").level()).isEqualTo(Level.HARD);
        assertThat(names(checks)).doesNotContain("clock");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    url = x                       | line 1 stands before the first [section]
                    [http web]; urll = x          | health.conf [http web]: unknown key urll; known: contains, enabled, level, retry, status, timeout, url
                    [htp web]                     | health.conf [htp web]: unknown kind of check; known: clock, containers, disk, failed-units, http, program, tcp, unit, update-server
                    [http web]                    | health.conf [http web]: url is missing
                    [http]; url = http://a/       | health.conf [http]: needs a name, as in [http NAME]
                    [http a]; url = ftp://a/      | health.conf [http a]: url = ftp://a/ is not an http or https URL
                    [http a]; url = http://a/; status = ok | health.conf [http a]: status = ok is not a status code or a range such as 200-299
                    [tcp db]; address = localhost | health.conf [tcp db]: address = localhost is not HOST:PORT
                    [tcp db]; address = a:70000   | health.conf [tcp db]: address = a:70000 is not HOST:PORT
                    [disk /var]; free = much      | health.conf [disk /var]: free = much is not a size such as 5%, 200M or 2G
                    [disk /var]; free = 100%      | health.conf [disk /var]: free = 100% can never be met
                    [containers x]                | health.conf [containers x]: names is missing
                    [containers x]; names = a -b  | health.conf [containers x]: names = a -b has a word that names no container
                    [containers x]; names = a; root = b | health.conf [containers x]: root = b is not an absolute directory
                    [clock]; level = loud         | health.conf [clock]: level = loud is neither hard nor soft
                    [clock]; timeout = 0          | health.conf [clock]: timeout = 0 is not a number of seconds from 1 to 300
                    [clock]; retry = 9999         | health.conf [clock]: retry = 9999 is not a number of seconds from 0 to 500
                    [clock]; enabled = maybe      | health.conf [clock]: enabled = maybe is neither yes nor no
                    [program 99-gone]             | health.conf [program 99-gone]: there is no executable of that name in
                    [update-server]               | health.conf [update-server]: SERVER in update.conf is disabled
                    [clock]; junk                 | line 2 is neither [a section] nor key = value: junk
                    [a b c]                       | line 1 is not [kind] or [kind name]: [a b c]
                    """)
    void mistakesAreNamed(String lines, String message) throws Exception {
        Path file = file("wrong.conf", lines.replaceAll(";\\s*", "\n"));

        assertThatThrownBy(() -> HealthPlan.read(List.of(file), host(Optional.empty())))
                .isInstanceOf(HealthConfException.class)
                .hasMessageContaining(message);
    }

    @Test
    void unusableFileIsAFindingOfItsOwn() throws Exception {
        Path file = file("wrong.conf", "[clock]\nlevel = loud\n");

        assertThatThrownBy(() -> HealthPlan.read(List.of(file), host(Optional.empty())))
                .isInstanceOfSatisfying(
                        HealthConfException.class,
                        problem -> {
                            PlannedCheck only = HealthPlan.unusable(problem);
                            assertThat(only.check().name()).isEqualTo("health.conf");
                            assertThat(only.level()).isEqualTo(Level.HARD);
                        });
    }

    private List<PlannedCheck> read(String... text) throws IOException {
        List<Path> files = text.length == 0 ? List.of() : List.of(file("health.conf", text[0]));
        return HealthPlan.read(
                files,
                host(
                        Optional.of(
                                new ServerProbe(
                                        URI.create("https://updates.example/"),
                                        OkHttpClient::new))));
    }

    private HealthPlan.Host host(Optional<HealthCheck> server) {
        Path none = directory.resolve("none");
        return new HealthPlan.Host(
                Command::run,
                new DiskPaths(none, none, none, none),
                List.of(programs),
                server,
                List.of("keelsond.service"),
                Duration.ofMinutes(2));
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    private static List<String> names(List<PlannedCheck> checks) {
        return checks.stream().map(planned -> planned.check().name()).toList();
    }

    private static PlannedCheck find(List<PlannedCheck> checks, String name) {
        return checks.stream()
                .filter(planned -> planned.check().name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
