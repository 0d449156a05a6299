package io.keelson.payload.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.payload.manifest.Sha256;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

class JournalFileTest {
    private static final ApplyPoint POINT =
            new ApplyPoint(
                    new Sha256("12".repeat(32)),
                    List.of(
                            new ApplyPoint.Progress(117, new Sha256("34".repeat(32))),
                            new ApplyPoint.Progress(0, new Sha256("56".repeat(32)))));

    @TempDir Path directory;
    private Path file;
    private JournalFile journal;

    @BeforeEach
    void open() {
        file = directory.resolve("apply.journal");
        journal = new JournalFile(file);
    }

    @Test
    void theLastPointIsTheOneThatCounts() throws Exception {
        assertThat(journal.load()).isEmpty();
        journal.record(new ApplyPoint(new Sha256("00".repeat(32)), POINT.partitions()));
        journal.record(POINT);

        assertThat(new JournalFile(file).load()).contains(POINT);
        journal.clear();
        assertThat(journal.load()).isEmpty();
    }

    @Test
    void aCutFileIsNoJournal() throws Exception {
        journal.record(POINT);
        String whole = Files.readString(file);
        for (int length = 0; length < whole.length() - 1; length++) {
            Files.writeString(file, whole.substring(0, length));
            assertThat(journal.load()).as("%d bytes", length).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"keelson-apply 2", "done 1", "done -1", "done 9999999999", "\0"})
    void anythingElseIsNoJournal(String line) throws Exception {
        journal.record(POINT);
        List<String> lines = Files.readAllLines(file);
        for (int at = 0; at < lines.size(); at++) {
            var changed = new ArrayList<>(lines);
            changed.set(at, line);
            Files.write(file, changed);
            assertThat(journal.load()).as("%s at line %d", line, at).isEmpty();
        }
    }
}
