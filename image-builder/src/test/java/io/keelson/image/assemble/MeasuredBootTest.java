package io.keelson.image.assemble;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.disk.pe.PeFile;
import io.keelson.image.OracleTool;
import io.keelson.image.sign.Signer;
import io.keelson.image.sign.SigningKeys;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;

/** The values themselves are compared with a TPM's after a real boot by a scenario. */
final class MeasuredBootTest {
    @TempDir static Path keys;
    @TempDir Path dir;

    @BeforeAll
    static void generateKeys() throws Exception {
        SigningKeys.generate(keys, new SecureRandom());
    }

    @Test
    void aSignatureChangesNoRegisterAndEveryInputDoes() throws Exception {
        byte[] loader = TinyEfiProgram.bytes();
        byte[] signedLoader = UnifiedKernelImage.signed(loader, Signer.read(keys, "db")).bytes();
        var first = MeasuredBoot.of(loader, uki("quiet", "initrd"));

        assertThat(MeasuredBoot.of(signedLoader, uki("quiet", "initrd"))).isEqualTo(first);
        assertThat(changed(first, MeasuredBoot.of(loader, uki("verbose", "initrd"))))
                .containsExactly("11", "4", "4/boot-image", "9", "9/command-line");
        assertThat(changed(first, MeasuredBoot.of(loader, uki("quiet", "other"))))
                .containsExactly("11", "4", "4/boot-image", "9", "9/initrd");
    }

    @Test
    void theDigestsOfTheProgramsAreTheirAuthenticodeHashes() throws Exception {
        byte[] program = TinyEfiProgram.bytes();
        String hash = HexFormat.of().formatHex(PeFile.parse(program).authenticodeHash());

        assertThat(MeasuredBoot.of(program, uki("quiet", "initrd")))
                .containsEntry("4/boot-loader", hash)
                .containsEntry("4/kernel", hash);
    }

    @Test
    void cpioReadsTheArchiveThatTheStubMakes() throws Exception {
        byte[] archive =
                StubArchive.of("os-release", "ID=keelson\n".getBytes(StandardCharsets.US_ASCII));
        Path file = Files.write(dir.resolve("archive"), archive);

        OracleTool.run("cpio", "-i", "-D", dir.toString(), "-F", file.toString());

        assertThat(archive.length % 4).isZero();
        assertThat(dir.resolve(".extra/os-release")).hasContent("ID=keelson");
    }

    private static List<String> changed(
            SortedMap<String, String> before, SortedMap<String, String> after) {
        assertThat(after.keySet()).isEqualTo(before.keySet());
        return before.keySet().stream()
                .filter(name -> !Objects.equals(before.get(name), after.get(name)))
                .toList();
    }

    private static UnifiedKernelImage uki(String commandLine, String initrd) throws Exception {
        byte[] program = TinyEfiProgram.bytes();
        BootSources sources =
                new BootSources("6.12-test", program, program, program, ascii("ID=keelson\n"));
        return UnifiedKernelImage.build(
                sources, ascii(initrd), commandLine, Signer.read(keys, "db"));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
