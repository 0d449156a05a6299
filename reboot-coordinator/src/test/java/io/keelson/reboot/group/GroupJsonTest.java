package io.keelson.reboot.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.reboot.group.RebootGroup.Failures;
import io.keelson.reboot.group.RebootGroup.Generation;
import io.keelson.reboot.group.RebootGroup.Halt;
import io.keelson.reboot.group.RebootGroup.Holder;
import io.keelson.reboot.group.RebootGroup.LastFailure;
import io.keelson.reboot.window.Blackout;
import io.keelson.reboot.window.RebootWindow;
import io.keelson.reboot.window.WindowCalendar;

import okio.ByteString;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

class GroupJsonTest {
    private static final Instant NOW = Instant.parse("2026-11-20T00:00:00Z");

    private static final String FULL =
            "{'v':2,'gen':{'store':'77','n':1,'policy':'abc','fence':421},'policy':{'slots':'10%','members':40,"
                    + "'windows':['Sat 02:00-05:00 Europe/Berlin'],'blackouts':['12-24..01-02 UTC'],"
                    + "'expected':'10m','deadline':'30m','grace':'12m','failures':3,'overdue':'hold',"
                    + "'etcdVoters':{'a':'one'},'workloads':[{'name':'web','nodes':['a','b'],"
                    + "'minAvailable':1}]},'failures':{'used':3,"
                    + "'since':'2026-11-20T00:00:00Z','last':{'id':'b','reason':'no network','at':"
                    + "'2026-11-20T00:00:00Z','req':'r3'}},'halted':{'reason':'used up','at':"
                    + "'2026-11-20T00:00:00Z','actor':'me'},'holders':[{'id':'a','boot':'b1',"
                    + "'version':'1.0','state':'committed',"
                    + "'fence':421,'req':'r1','since':'2026-11-20T00:00:00Z'}]}";

    private final RebootGroup full =
            new RebootGroup(
                    new Generation("77", 1, "abc", 421),
                    new GroupPolicy(
                            new Slots.Percent(10, OptionalInt.of(40)),
                            new WindowCalendar(
                                    List.of(
                                            RebootWindow.parse(
                                                    "Sat 02:00-05:00", ZoneId.of("Europe/Berlin"))),
                                    List.of(Blackout.parse("12-24..01-02", ZoneId.of("UTC")))),
                            GroupPolicy.Times.DEFAULT,
                            3,
                            new GroupPolicy.Guards(
                                    Map.of("a", "one"),
                                    List.of(new Workload("web", Set.of("a", "b"), 1)),
                                    GroupPolicy.WhenOverdue.HOLD)),
                    new Failures(
                            3, NOW, Optional.of(new LastFailure("b", "no network", NOW, "r3"))),
                    Optional.of(new Halt("used up", NOW, "me")),
                    List.of(new Holder("a", "b1", "1.0", HolderState.COMMITTED, 421, "r1", NOW)));

    @Test
    void theWireFormIsVersionTwoOfTheContract() throws IOException {
        assertThat(GroupJson.write(full).utf8()).isEqualTo(json(FULL));
        assertThat(GroupJson.read(ByteString.encodeUtf8(json(FULL)), 500)).isEqualTo(full);
    }

    @Test
    void aWaiterIsWrittenWithoutThePlaceThatTheStoreKnows() throws IOException {
        var waiter = new Waiter("c", "b2", "1.0", "r2", NOW, new Waiter.Place(400, 3, 410));

        assertThat(GroupJson.write(waiter).utf8())
                .isEqualTo(
                        json(
                                "{'id':'c','boot':'b2','version':'1.0','req':'r2','since':'2026-11-20T00:00:00Z','n':3}"));
        assertThat(GroupJson.readWaiter(GroupJson.write(waiter), 400, 410)).isEqualTo(waiter);
    }

    @Test
    void aFenceNotYetStoredIsTheRevisionOfTheWriteThatGranted() throws IOException {
        var granted = new Holder("a", "b1", "", HolderState.GRANTED, 0, "r1", NOW);
        ByteString written = GroupJson.write(RebootGroup.defaults(NOW).withHolder(granted));

        assertThat(written.utf8()).contains("\"fence\":null");
        assertThat(GroupJson.read(written, 421).holders()).containsExactly(granted.withFence(421));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            delimiter = '|',
            value = {
                "'v':2 | 'v':3 | the document has version 3 but this release reads 2",
                "'v':2, | | 'v' is missing",
                "'v':2 | 'v':2,'max':1 | unknown field 'max'",
                "'v':2 | 'v':2,'v':2 | not JSON: Duplicate Object property",
                "'slots':'10%' | 'slots':0 | slots must be 1 to 10000 but are 0",
                "'slots':'10%' | 'slots':'101%' | slots must be 1% to 100%",
                "'slots':'10%' | 'slots':2 | 'members' is for slots that are a share",
                "'slots':'10%' | 'slots':'many' | slots must be a number such as 2",
                "'slots':'10%' | 'slot':2 | unknown field 'slot'; known: slots, members",
                "'members':40 | 'members':99999999999 | integer overflow",
                "Sat 02:00-05:00 | Sat 02:00-02:05 | the window 'Sat 02:00-02:05 Europe/Berlin' is open for 5m",
                "Europe/Berlin | Europe/Berlim | Europe/Berlim",
                "'deadline':'30m' | 'deadline':'5m' | the deadline 5m is shorter than the expected 10m",
                "'overdue':'hold' | 'overdue':'ttl' | overdue must be hold or release",
                "'minAvailable':1 | 'minAvailable':2 | none of its 2 nodes could ever reboot",
                "'used':3 | 'used':-1 | failures used must not be negative: -1",
                "'fence':421 | 'fence':0 | 'fence' must be above 0 but is 0",
                "'fence':421 | 'fence':-5 | 'fence' must be above 0",
                "'fence':421, | | 'fence' is missing",
                "committed | gone | unknown holder state 'gone'",
                "'id':'a' | 'id':'' | node id must be 1 to 128 of",
                "'id':'a' | 'id':null | 'id' must be a string",
                "'req':'r1','since':'2026-11-20T00:00:00Z' | 'req':'r1','since':'today' | could not be parsed",
                "}]} | }]}x | not JSON",
                "}]} | }] | not JSON",
                "'holders':[ | 'holders':[null, | 'holders' must be an object",
                "'holders':[ | 'holders':null,'x':[ | 'holders' must be a list"
            })
    void aDocumentThatIsNotVersionTwoIsRefused(String part, String replacement, String reason) {
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
    void aThousandHoldersFitTheStore() {
        var group = RebootGroup.defaults(NOW);
        for (int i = 0; i < 1_000; i++) {
            String id = "%036x".formatted(i);
            group =
                    group.withHolder(
                            new Holder(id, id, "1.0", HolderState.OVERDUE, 1L << 40, id, NOW));
        }

        assertThat(GroupJson.write(group).size()).isLessThan(GroupJson.DOCUMENT_BYTES_MAX);
    }

    private static String json(String singleQuoted) {
        return singleQuoted.replace('\'', '"');
    }
}
