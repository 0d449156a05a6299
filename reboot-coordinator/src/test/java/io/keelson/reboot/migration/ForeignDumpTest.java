package io.keelson.reboot.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.reboot.migration.ForeignGroup.Origin;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

class ForeignDumpTest {
    /** Origin, slots, holders and remarks of a document alone. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {"semaphore":1,"max":1,"holders":null}                   | LOCKSMITH 1 [] []
                    {"semaphore":1,"max":1}                                  | LOCKSMITH 1 [] []
                    {"semaphore":0,"max":1,"holders":["aaaa"]}               | LOCKSMITH 1 [aaaa] []
                    {"semaphore":-1,"max":1,"holders":["aaaa","bbbb"]}       | LOCKSMITH 1 [aaaa, bbbb] [the semaphore is at -1: set-max left fewer slots (1) than holders (2)]
                    {"semaphore":-2,"max":-1,"holders":["aaaa"]}             | LOCKSMITH -1 [aaaa] [the semaphore is at -2: set-max left fewer slots (-1) than holders (1)]
                    {"semaphore":1,"max":1,"holders":["aaaa"]}               | LOCKSMITH 1 [aaaa] [the semaphore says 1 free, but 1 of 1 are held]
                    {"semaphore":0,"max":2,"holders":["aaaa","aaaa"]}        | LOCKSMITH 2 [aaaa] [holder aaaa is named twice, the semaphore says 0 free, but 1 of 2 are held]
                    {"total_slots":2,"holders":[]}                           | AIRLOCK 2 [] []
                    {"total_slots":2,"holders":null}                         | AIRLOCK 2 [] []
                    {"total_slots":1,"holders":["b","a"]}                    | AIRLOCK 1 [b, a] [more holders (2) than slots (1)]
                    """)
    void aDocumentAloneIsReadAsItsProgramMeantIt(String document, String expected)
            throws IOException {
        List<ForeignGroup> groups = read(document);

        assertThat(groups)
                .singleElement()
                .satisfies(group -> {
                    assertThat(group.name()).isEqualTo("default");
                    assertThat(
                                    group.origin()
                                            + " "
                                            + group.slots()
                                            + " "
                                            + group.holders()
                                            + " "
                                            + group.remarks())
                            .isEqualTo(expected);
                });
    }

    @Test
    void aDumpOfTheV2KeyspaceHasEveryGroup() throws IOException {
        String dump =
                """
                {"action":"get","node":{"key":"/coreos.com/updateengine/rebootlock","dir":true,"nodes":[
                  {"key":"/coreos.com/updateengine/rebootlock/semaphore","value":"{\\"semaphore\\":1,\\"max\\":1,\\"holders\\":null}","modifiedIndex":5,"createdIndex":5},
                  {"key":"/coreos.com/updateengine/rebootlock/groups","dir":true,"nodes":[
                    {"key":"/coreos.com/updateengine/rebootlock/groups/prod%2Fdatabase","dir":true,"nodes":[
                      {"key":"/coreos.com/updateengine/rebootlock/groups/prod%2Fdatabase/semaphore","value":"{\\"semaphore\\":1,\\"max\\":2,\\"holders\\":[\\"m1\\"]}","modifiedIndex":9,"createdIndex":7}],
                     "modifiedIndex":7,"createdIndex":7}],"modifiedIndex":7,"createdIndex":7},
                  {"key":"/coreos.com/updateengine/other","value":"42"}],"modifiedIndex":5,"createdIndex":5}}
                """;

        List<ForeignGroup> groups = read(dump);

        assertThat(groups)
                .extracting(ForeignGroup::name)
                .containsExactly("default", "prod/database");
        assertThat(groups.get(1).holders()).containsExactly("m1");
        assertThat(groups.get(1).slots()).isEqualTo(2);
    }

    @Test
    void whatEtcdctlPrintsIsReadThroughItsBase64() throws IOException {
        String dump =
                "{\"header\":{\"cluster_id\":14841639068965178418,\"revision\":7},\"kvs\":["
                        + kv(
                                "com.coreos.airlock/groups/workers/v1/semaphore",
                                "{\"total_slots\":5,\"holders\":[\"978a225b3d7b40e9acd7ce9b62f68444\"]}")
                        + ","
                        + kv("/somebody/elses/key", "no json at all")
                        + ","
                        + kv(
                                "com.coreos.airlock/groups/prod%2Fdb/v1/semaphore",
                                "{\"total_slots\":1,\"holders\":[]}")
                        + "],\"count\":3}";

        List<ForeignGroup> groups = read(dump);

        assertThat(groups)
                .containsExactly(
                        new ForeignGroup(
                                Origin.AIRLOCK,
                                "workers",
                                5,
                                List.of("978a225b3d7b40e9acd7ce9b62f68444"),
                                List.of()),
                        new ForeignGroup(Origin.AIRLOCK, "prod/db", 1, List.of(), List.of()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    ``                                                 | has no document of locksmith or airlock
                    []                                                 | has no document of locksmith or airlock
                    {"kvs":[]}                                         | has no document of locksmith or airlock
                    {"max":1,                                          | the dump is not JSON
                    {"total_slots":1,"holders":[]} x                   | the dump is not JSON
                    {"total_slots":1,"holders":[]} {}                  | goes on after its JSON document
                    {"total_slots":"1","holders":[]}                   | the document: 'total_slots' is not a whole number
                    {"total_slots":99999999999999999999,"holders":[]}  | 'total_slots' is not a whole number
                    {"total_slots":1,"holders":{}}                     | the document: 'holders' is not a list
                    {"total_slots":1,"holders":false}                  | the document: 'holders' is not a list
                    {"total_slots":1,"holders":[1]}                    | the document: a holder is not a string
                    {"semaphore":1,"max":1.5,"holders":[]}             | the document: 'max' is not a whole number
                    {"key":"/coreos.com/updateengine/rebootlock/semaphore","value":"{}"} | is not a semaphore
                    {"key":"/coreos.com/updateengine/rebootlock/groups/%zz/semaphore","value":"{}"} | the key's group '%zz' is not escaped
                    """)
    void whatIsNoDumpIsRefusedWithASentence(String document, String sentence) {
        assertThatThrownBy(() -> read(document == null ? "" : document))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(sentence);
    }

    @Test
    void nestingWithoutEndIsRefused() {
        assertThatThrownBy(() -> read("[".repeat(100_000))).isInstanceOf(IOException.class);
    }

    private static String kv(String key, String value) {
        return "{\"key\":\""
                + base64(key)
                + "\",\"version\":3,\"value\":\""
                + base64(value)
                + "\"}";
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static List<ForeignGroup> read(String document) throws IOException {
        return ForeignDump.read(
                new ByteArrayInputStream(document.getBytes(StandardCharsets.UTF_8)), "default");
    }
}
