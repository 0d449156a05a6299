package io.keelson.engine.departure;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.host.Command;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

class HostDepartureTest {
    private final List<List<String>> calls = new ArrayList<>();
    private int exitCode;
    private String output = "";

    private final HostDeparture departure =
            new HostDeparture(
                    (argv, _) -> {
                        calls.add(argv);
                        return new Command.Result(argv, exitCode, output, "no such thing");
                    },
                    List.of(),
                    InstantSource.system());

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    ''                                                              | false
                    c1 0 root - 812 manager - no -                                  | false
                    2 0 root - 900 user pts/0 no -                                  | true
                    1 113 gdm seat0 700 greeter tty1 no -                           | false
                    '1 113 gdm seat0 700 greeter tty1 no -\n4 1000 ann seat0 760 user tty2 no -' | true
                    5 0 root - pts/1 active no -                                    | true
                    """)
    void onlySessionsOfPeopleCount(String table, boolean hasUsers) throws Exception {
        output = table.replace("\\n", "\n");

        assertThat(departure.hasUsers()).isEqualTo(hasUsers);
        assertThat(calls).containsExactly(List.of("loginctl", "list-sessions", "--no-legend"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {"type":"a(ssssuu)","data":[[]]}                                                   | ``
                    {"type":"a(ssssuu)","data":[[["sleep","NetworkManager","turns off","delay",0,7]]]} | ``
                    {"type":"a(ssssuu)","data":[[["sleep","backup","runs","block",0,7]]]}              | ``
                    {"type":"a(ssssuu)","data":[[["shutdown","a","b","delay",0,7]]]}                   | ``
                    {"type":"a(ssssuu)","data":[[["sleep:shutdown","backup","writes the tape","block",0,7]]]} | backup blocks a shutdown: writes the tape
                    {"type":"a(ssssuu)","data":[[["sleep","x","y","delay",0,1],["shutdown","ann","is not done","block-weak",1000,8]]]} | ann blocks a shutdown: is not done
                    {"type":"a(ssssuu)","data":[[["shutdown"]]]}                                       | ``
                    not json                                                                           | ``
                    """)
    void aBlockerOfShutdownsIsNamedWithItsReason(String answer, String blocker) throws Exception {
        output = answer;

        assertThat(departure.blocker().orElse("")).isEqualTo(blocker);
    }

    @Test
    void usersAreToldThroughWall() throws Exception {
        departure.tell("soon");

        assertThat(calls).containsExactly(List.of("wall", "soon"));
    }

    @Test
    void aHostWithoutLogindHasNoUsersAndNoBlockers() throws Exception {
        exitCode = 1;
        assertThat(departure.hasUsers()).isFalse();
        assertThat(departure.blocker()).isEmpty();

        var without =
                new HostDeparture(
                        (argv, _) -> {
                            throw new IOException("cannot run " + argv.getFirst());
                        },
                        List.of(),
                        InstantSource.system());
        assertThat(without.hasUsers()).isFalse();
        assertThat(without.blocker()).isEmpty();
        without.tell("soon");
    }
}
