package io.keelson.image.assemble;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SlotRoomTest {
    @Test
    void aSlotThatIsTooSmallSaysByHowMuch() {
        assertThatThrownBy(() -> DiskImage.requireRoom("/usr", 3000, 2048))
                .hasMessage(
                        "/usr has 3000 bytes, 952 more than its partition of 2048 bytes; remove packages or files");
        assertThatCode(() -> DiskImage.requireRoom("/usr", 2048, 2048)).doesNotThrowAnyException();
    }
}
