package io.keelson.reboot.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.reboot.group.AuditEntry;
import io.keelson.reboot.group.Line;
import io.keelson.reboot.group.Waiter;
import io.keelson.reboot.store.GroupStore.Batch;
import io.keelson.reboot.store.GroupStore.Read;
import io.keelson.reboot.store.GroupStore.Write;

import okio.ByteString;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

class FileStoresTest {
    private static final Instant NOW = Instant.parse("2026-11-20T00:00:00Z");

    @TempDir private Path directory;

    @Test
    void whatWasAnsweredIsThereAfterOpeningAgain() throws IOException {
        Read.Found before;
        try (var stores = FileStores.open(directory)) {
            fill(stores.group("g"), 10);
            before = found(stores);
        }
        try (var stores = FileStores.open(directory)) {
            assertThat(found(stores)).isEqualTo(before);
            assertThat(stores.group("g").audit(2))
                    .extracting(AuditEntry::event)
                    .containsExactly("event 9", "event 8");
        }
    }

    /** A power cut can leave any part of the last record on the disk. */
    @Test
    void aLogCutAtAnyByteOpensWithTheWritesBeforeTheCut() throws IOException {
        Path log = directory.resolve("reboot.log");
        try (var stores = FileStores.open(directory)) {
            fill(stores.group("g"), 3);
        }
        byte[] whole = Files.readAllBytes(log);
        long revision = Long.MAX_VALUE;
        for (int length = whole.length; length >= 0; length--) {
            Files.write(log, Arrays.copyOf(whole, length));
            try (var stores = FileStores.open(directory)) {
                long now = found(stores).revision();
                assertThat(now).as("cut at %d", length).isBetween(0L, 3L);
                assertThat(now).isLessThanOrEqualTo(revision);
                revision = now;
                assertThat(found(stores).line().length()).isEqualTo((int) now);
            }
        }
        assertThat(revision).isZero();
    }

    @Test
    void damageBeforeWholeRecordsIsRefusedAndNamed() throws IOException {
        Path log = directory.resolve("reboot.log");
        try (var stores = FileStores.open(directory)) {
            fill(stores.group("g"), 3);
        }
        byte[] damaged = Files.readAllBytes(log);
        damaged[70] ^= 1;
        Files.write(log, damaged);

        assertThatThrownBy(() -> FileStores.open(directory))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is damaged at byte")
                .hasMessageContaining("restore the file from a backup");
        assertThat(Files.readAllBytes(log)).isEqualTo(damaged);
    }

    @Test
    void aLogMadeSmallerHoldsTheSame() throws IOException {
        Read.Found before;
        try (var stores = FileStores.open(directory)) {
            fill(stores.group("g"), 200);
            long size = Files.size(directory.resolve("reboot.log"));
            stores.compactAt(0);
            fill(stores.group("other"), 1);
            before = found(stores);
            assertThat(Files.size(directory.resolve("reboot.log"))).isLessThan(size);
        }
        try (var stores = FileStores.open(directory)) {
            assertThat(found(stores)).isEqualTo(before);
        }
    }

    @Test
    void aDirectoryBelongsToOneCoordinator() throws IOException {
        try (var stores = FileStores.open(directory)) {
            assertThat(found(stores).revision()).isZero();
            assertThatThrownBy(() -> FileStores.open(directory))
                    .hasMessageContaining("is in use by another coordinator");
        }
    }

    @Test
    void aWriteFromAnOldReadIsAConflict() throws IOException {
        try (var stores = FileStores.open(directory)) {
            fill(stores.group("g"), 1);

            assertThat(stores.group("g").write(batch(0, 5))).isEqualTo(new Write.Conflict());
        }
    }

    private static void fill(GroupStore store, int writes) {
        for (int i = 0; i < writes; i++) {
            long expected = ((Read.Found) store.read(Set.of(), 1)).revision();
            assertThat(store.write(batch(expected, i))).isInstanceOf(Write.Written.class);
        }
    }

    private static Batch batch(long expected, int number) {
        var waiter =
                new Waiter("w" + number, "b", "", "r" + number, NOW, Waiter.Place.last(number));
        return new Batch(
                expected,
                Optional.of(ByteString.encodeUtf8("document " + number)),
                List.of(new Line.Change.Put(waiter)),
                Set.of("m" + number),
                List.of(new AuditEntry(0, NOW, "test", "event " + number)));
    }

    private static Read.Found found(FileStores stores) {
        return (Read.Found) stores.group("g").read(Set.of(), 1_000);
    }
}
