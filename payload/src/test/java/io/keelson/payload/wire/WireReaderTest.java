package io.keelson.payload.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.HexFormat;

class WireReaderTest {
    @Test
    void readsWhatTheWriterWrote() throws WireException {
        byte[] message =
                new WireWriter()
                        .count(1, Long.MAX_VALUE)
                        .string(2, "kéelson")
                        .fixed32(1001, 0xCAFE_BABE)
                        .message(4, new WireWriter().count(1, 0))
                        .count(1 << 28, 300)
                        .toByteArray();
        WireReader in = WireReader.of(message);

        assertThat(in.next()).isTrue();
        assertThat(in.single().count()).isEqualTo(Long.MAX_VALUE);
        assertThat(in.next()).isTrue();
        assertThat(in.string(16)).isEqualTo("kéelson");
        assertThat(in.next()).isTrue();
        assertThat(in.field()).isEqualTo(1001);
        assertThat(in.fixed32()).isEqualTo(0xCAFE_BABE);
        assertThat(in.next()).isTrue();
        WireReader inner = in.message();
        assertThat(inner.next()).isTrue();
        assertThat(inner.count(5)).isZero();
        assertThat(inner.next()).isFalse();
        assertThat(in.next()).isTrue();
        in.skip();
        assertThat(in.next()).isFalse();
    }

    // Encoded by hand after protobuf.dev, "Encoding".
    @ParameterizedTest
    @CsvSource({
        "08, ends inside field 1",
        "0880, ends inside field 1",
        "08ffffffffffffffffff02, more than 64 bits",
        "08ffffffffffffffffffff01, more than 64 bits",
        "08ffffffffffffffffff01, field 1 is out of range: 18446744073709551615",
        "1205616263, ends inside field 2",
        "12ffffffffffffffffff01, length of field 2 is 18446744073709551615",
        "12ffffffff0f, length of field 2 is 4294967295",
        "1201ff, not UTF-8",
        "00, field number 0",
        "0b, wire type 3 is not supported",
        "0f, wire type 7 is not supported",
        "1500, ends inside field 2",
        "1900000000000000, ends inside field 3",
        "08010802, field 1 appears twice",
        "0901, expected VARINT",
    })
    void malformedMessagesAreRefused(String hex, String message) {
        WireReader in = WireReader.of(HexFormat.of().parseHex(hex));

        assertThatThrownBy(
                        () -> {
                            while (in.next()) {
                                switch (in.field()) {
                                    case 1 -> in.single().count();
                                    case 2 -> {
                                        if (hex.startsWith("15")) {
                                            in.fixed32();
                                        } else {
                                            in.string(100);
                                        }
                                    }
                                    default -> in.skip();
                                }
                            }
                        })
                .isInstanceOf(WireException.class)
                .hasMessageContaining(message);
    }

    @Test
    void fieldsLongerThanAllowedAreRefused() throws WireException {
        WireReader in = WireReader.of(new WireWriter().string(1, "four").toByteArray());
        assertThat(in.next()).isTrue();

        assertThatThrownBy(() -> in.bytes(3)).hasMessage("length of field 1 is 4, more than 3");
    }
}
