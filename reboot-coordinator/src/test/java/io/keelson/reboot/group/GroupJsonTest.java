package io.keelson.reboot.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.reboot.group.RebootGroup.Failures;
import io.keelson.reboot.group.RebootGroup.Halt;
import io.keelson.reboot.group.RebootGroup.Holder;
import io.keelson.reboot.group.RebootGroup.LastFailure;
import io.keelson.reboot.group.RebootGroup.Waiting;

import okio.ByteString;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

class GroupJsonTest {
    private static final Instant NOW = Instant.parse("2026-11-20T00:00:00Z");

    private static final String FULL =
            "{'v':1,'max':{'abs':2,'pct':null},'failures':{'used':3,'max':3,"
                    + "'since':'2026-11-20T00:00:00Z','last':{'id':'b','reason':'no network','at':"
                    + "'2026-11-20T00:00:00Z','req':'r3'}},'halted':{'reason':'used up','at':"
                    + "'2026-11-20T00:00:00Z'},'holders':[{'id':'a','boot':'b1','state':'committed',"
                    + "'fence':421,'req':'r1','since':'2026-11-20T00:00:00Z'}],'queue':[{'id':'c',"
                    + "'req':'r2','since':'2026-11-20T00:00:00Z'}]}";

    private final RebootGroup full =
            new RebootGroup(
                    2,
                    new Failures(
                            3, 3, NOW, Optional.of(new LastFailure("b", "no network", NOW, "r3"))),
                    Optional.of(new Halt("used up", NOW)),
                    List.of(new Holder("a", "b1", HolderState.COMMITTED, 421, "r1", NOW)),
                    List.of(new Waiting("c", "r2", NOW)));

    @Test
    void theWireFormIsVersionOneOfTheContract() throws IOException {
        assertThat(GroupJson.write(full).utf8()).isEqualTo(json(FULL));
        assertThat(GroupJson.read(ByteString.encodeUtf8(json(FULL)), 500)).isEqualTo(full);
    }

    @Test
    void aFenceNotYetStoredIsTheRevisionOfTheWriteThatGranted() throws IOException {
        var granted = new Holder("a", "b1", HolderState.GRANTED, 0, "r1", NOW);
        ByteString written = GroupJson.write(RebootGroup.defaults(NOW).withHolder(granted));

        assertThat(written.utf8()).contains("\"fence\":null");
        assertThat(GroupJson.read(written, 421).holders()).containsExactly(granted.withFence(421));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            delimiter = '|',
            value = {
                "'v':1 | 'v':2 | the document has version 2 but this release reads 1",
                "'v':1, | | 'v' is missing",
                "'v':1 | 'v':1,'gen':'x:1' | unknown field 'gen'",
                "'v':1 | 'v':1,'v':1 | not JSON: Duplicate Object property",
                "'abs':2 | 'abs':0 | slots must be 1 to 10000 but are 0",
                "'abs':2 | 'abs':'2' | 'abs' must be a whole number",
                "'abs':2 | 'abs':99999999999 | integer overflow",
                "'pct':null | 'pct':10 | 'pct' must be null",
                "'used':3 | 'used':-1 | failures used must not be negative: -1",
                "'fence':421 | 'fence':0 | 'fence' must be above 0 but is 0",
                "'fence':421 | 'fence':-5 | 'fence' must be above 0",
                "'fence':421, | | 'fence' is missing",
                "committed | rebooting | unknown holder state 'rebooting'",
                "'id':'a' | 'id':'' | node id must be 1 to 128 of",
                "'id':'a' | 'id':null | 'id' must be a string",
                "'req':'r2','since':'2026-11-20T00:00:00Z' | 'req':'r2','since':'today' | could not be parsed",
                "}]} | }]}x | not JSON",
                "}]} | }] | not JSON",
                "'queue':[ | 'queue':[null, | 'queue' must be an object",
                "'holders':[ | 'holders':null,'x':[ | 'holders' must be a list",
                "'id':'c' | 'id':'c','req':'r2','since':'2026-11-20T00:00:00Z'},{'id':'c' | queue name a node twice"
            })
    void aDocumentThatIsNotVersionOneIsRefused(String part, String replacement, String reason) {
        String bad = FULL.replace(part, replacement == null ? "" : replacement);
        assertThat(bad).isNotEqualTo(FULL);

        assertThatThrownBy(() -> GroupJson.read(ByteString.encodeUtf8(json(bad)), 500))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void aDocumentOverTheLimitIsRefusedUnread() {
        var huge = ByteString.of(new byte[GroupJson.DOCUMENT_BYTES_MAX + 1]);

        assertThatThrownBy(() -> GroupJson.read(huge, 1))
                .hasMessageContaining("larger than 1048576");
    }

    @Test
    void theLongestQueueFitsTheStore() {
        var group = RebootGroup.defaults(NOW);
        var queue =
                IntStream.range(0, RebootGroup.QUEUE_MAX)
                        .mapToObj(i -> new Waiting("%032x".formatted(i), "%036x".formatted(i), NOW))
                        .toList();

        var longest = new RebootGroup(1, group.failures(), group.halted(), List.of(), queue);

        assertThat(GroupJson.write(longest).size()).isLessThan(GroupJson.DOCUMENT_BYTES_MAX);
    }

    private static String json(String singleQuoted) {
        return singleQuoted.replace('\'', '"');
    }
}
