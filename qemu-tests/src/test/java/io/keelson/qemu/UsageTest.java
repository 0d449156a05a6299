package io.keelson.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;

class UsageTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "demo --accel foo",
                "vm run disk.img --accel foo",
                "vm power-cuts --seed foo"
            })
    void anUnreadableOptionIsWrongUsage(String command) {
        int code = Main.run(List.of(command.split(" ", -1)), System.out, System.err);

        assertThat(code).isEqualTo(2);
    }
}
