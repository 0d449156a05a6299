package io.keelson.image.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.image.OracleTool;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

final class ElfFileTest {
    private static final Path PROGRAM = Path.of("/bin/bash");

    @Test
    void namesTheLibrariesAndTheLoaderThatObjdumpNames() throws Exception {
        List<String> needed =
                Pattern.compile("NEEDED +(\\S+)")
                        .matcher(OracleTool.run("objdump", "-p", PROGRAM.toString()))
                        .results()
                        .map(found -> found.group(1))
                        .toList();

        ElfFile elf = ElfFile.parse("bash", Files.readAllBytes(PROGRAM));

        assertThat(elf.needed()).isEqualTo(needed).isNotEmpty();
        assertThat(elf.interpreter()).hasValue("/lib64/ld-linux-x86-64.so.2");
    }

    @Test
    void damagedFilesAreRefusedInOneSentence() throws Exception {
        byte[] program = Files.readAllBytes(PROGRAM);
        byte[] badHeaders = Arrays.copyOf(program, 4096);
        Arrays.fill(badHeaders, 32, 40, (byte) 0x7F);
        List<byte[]> damaged =
                List.of(new byte[0], new byte[64], Arrays.copyOf(program, 100), badHeaders);

        for (byte[] bytes : damaged) {
            assertThatThrownBy(() -> ElfFile.parse("bash", bytes))
                    .isInstanceOf(IOException.class)
                    .hasMessageMatching("bash is (not a 64-bit|a damaged).* ELF file");
        }
    }
}
