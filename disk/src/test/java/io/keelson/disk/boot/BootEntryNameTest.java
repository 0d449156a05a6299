package io.keelson.disk.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.OptionalInt;

class BootEntryNameTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "keelson_1.2.0.efi",
                "keelson_1.2.0+3.efi",
                "keelson_1.2.0+2-1.efi",
                "keelson_1.2.0~rc1-4+0-3.efi",
                "keelson_1.efi.efi",
                "my-os_1.efi"
            })
    void everyNameIsReadAndWrittenBack(String name) {
        assertThat(BootEntryName.parse(name).map(BootEntryName::fileName)).hasValue(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "keelson.efi",
                "_1.efi",
                "keelson_.efi",
                "keelson_1",
                "keelson_1+.efi",
                "keelson_1+3-.efi",
                "keelson_1-3+.efi",
                "keelson_1+x.efi",
                "keelson_1+99999.efi",
                "keelson_1_2.efi",
                "keelson_1.efi.tmp",
                "../keelson_1.efi",
                "KEELSON_1.EFI",
                "keelson_12345678901234567890123456789.efi"
            })
    void otherNamesAreNotEntries(String name) {
        assertThat(BootEntryName.parse(name)).isEmpty();
    }

    @Test
    void theCounterIsReadAndReplaced() {
        BootEntryName entry = BootEntryName.parse("keelson_1.2.0+2-1.efi").orElseThrow();

        assertThat(entry.os()).isEqualTo("keelson");
        assertThat(entry.version()).isEqualTo(new ReleaseVersion("1.2.0"));
        assertThat(entry.triesLeft()).hasValue(2);
        assertThat(entry.triesDone()).hasValue(1);
        assertThat(entry.isOnTrial()).isTrue();
        assertThat(entry.isExhausted()).isFalse();
        assertThat(entry.withTries(0).fileName()).isEqualTo("keelson_1.2.0+0.efi");
        assertThat(entry.withTries(0).isExhausted()).isTrue();
        assertThat(entry.withoutTries().fileName()).isEqualTo("keelson_1.2.0.efi");
    }

    @Test
    void triesDoneWithoutTriesLeftIsRefused() {
        assertThatThrownBy(() ->
                        new BootEntryName(
                                "keelson",
                                new ReleaseVersion("1"),
                                OptionalInt.empty(),
                                OptionalInt.of(1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void entriesSortAsInTheLoadersMenu() {
        List<String> menu =
                List.of(
                        "keelson_1.10.0+1-2.efi",
                        "keelson_1.9.0.efi",
                        "keelson_1.9.0+3.efi",
                        "keelson_1.9.0+2.efi",
                        "keelson_1.9.0+2-1.efi",
                        "keelson_1.9.0~rc1.efi",
                        "keelson_1.11.0+0-3.efi",
                        "keelson_1.8.0+0.efi");

        assertThat(
                        menu.reversed().stream()
                                .map(name -> BootEntryName.parse(name).orElseThrow())
                                .sorted()
                                .map(BootEntryName::fileName))
                .containsExactlyElementsOf(menu);
    }
}
