package io.keelson.disk.pe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

class UkiBuilderTest {
    private static final byte[] OS_RELEASE = "ID=keelson\n".getBytes(StandardCharsets.UTF_8);
    private static final byte[] INITRD = new byte[70_001];

    private static byte[] uki(SyntheticPe stub, SyntheticPe kernel) throws IOException {
        return UkiBuilder.of(stub.build())
                .section(".osrel", OS_RELEASE)
                .section(".linux", kernel.build())
                .section(".initrd", INITRD)
                .build();
    }

    @Test
    void sectionsAreAddedAfterTheStubsInTheOrderTheyCame() throws IOException {
        byte[] kernel = SyntheticPe.kernel().build();

        PeFile file = PeFile.parse(uki(SyntheticPe.stub(), SyntheticPe.kernel()));

        assertThat(file.sections())
                .extracting(PeSection::name)
                .containsExactly(".text", ".sbat", ".sdmagic", ".osrel", ".linux", ".initrd");
        assertThat(file.section(".osrel")).hasValue(OS_RELEASE);
        assertThat(file.section(".linux")).hasValue(kernel);
        assertThat(file.section(".initrd")).hasValue(INITRD);
        assertThat(file.section(".text"))
                .hasValue("code of the stub".getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void theImageHasNoGapsNoTimesAndSizesThatMatch() throws IOException {
        byte[] image = uki(SyntheticPe.stub(), SyntheticPe.kernel());

        PeFile file = PeFile.parse(image);
        ByteBuffer bytes = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
        PeLayout layout = file.layout();
        long raw = bytes.getInt(layout.sizeOfHeaders());
        long address = 0;
        for (PeSection section : file.sections()) {
            assertThat(section.rawOffset()).isEqualTo(raw);
            assertThat(section.virtualAddress()).isGreaterThanOrEqualTo(address);
            assertThat(section.virtualAddress() % 4096).isZero();
            raw = section.rawEnd();
            address = section.virtualEnd();
        }
        assertThat(raw).isEqualTo(image.length);
        assertThat(bytes.getInt(layout.sizeOfImage()))
                .isEqualTo((int) PeFile.roundUp(address, 4096));
        assertThat(bytes.getInt(layout.timeDateStamp())).isZero();
        assertThat(bytes.getInt(layout.checkSum())).isZero();
        assertThat(image).isEqualTo(uki(SyntheticPe.stub(), SyntheticPe.kernel()));
    }

    @Test
    void theSymbolTableOfTheStubIsLeftOut() throws IOException {
        assertThat(uki(SyntheticPe.stub().trailer(new byte[180]), SyntheticPe.kernel()))
                .isEqualTo(uki(SyntheticPe.stub(), SyntheticPe.kernel()));
    }

    @Test
    void theKernelsSbatLinesAreAddedToTheStubsOnEveryBuild() throws IOException {
        UkiBuilder builder =
                UkiBuilder.of(SyntheticPe.stub().build())
                        .section(
                                ".linux",
                                SyntheticPe.kernel()
                                        .with(".sbat", SyntheticPe.sbat("linux"))
                                        .build());

        for (byte[] image : List.of(builder.build(), builder.build())) {
            assertThat(
                            new String(
                                    PeFile.parse(image).section(".sbat").orElseThrow(),
                                    StandardCharsets.UTF_8))
                    .isEqualTo(
                            """
                            sbat,1,SBAT Version,sbat,1,https://example.org
                            stub,1,a,b,c,d
                            linux,1,a,b,c,d
                            """);
        }
    }

    @Test
    void theImageIsNxCompatibleOnlyWhenStubAndKernelAre() throws IOException {
        assertThat(nx(0x160, 0x160)).isTrue();
        assertThat(nx(0x160, 0x060)).isFalse();
        assertThat(nx(0x060, 0x160)).isFalse();
    }

    private static boolean nx(int stub, int kernel) throws IOException {
        return PeFile.parse(uki(SyntheticPe.stub().flags(stub), SyntheticPe.kernel().flags(kernel)))
                .isNxCompatible();
    }

    @Test
    void headersThatGrowMoveTheRawData() throws IOException {
        UkiBuilder builder = UkiBuilder.of(SyntheticPe.stub().headers(0x200).build());
        for (int i = 0; i < 20; i++) {
            builder.section(".s" + i, OS_RELEASE);
        }

        PeFile file = PeFile.parse(builder.build());

        assertThat(file.sections()).hasSize(23);
        assertThat(file.sections().getFirst().rawOffset()).isEqualTo(0x600);
        assertThat(file.section(".s19")).hasValue(OS_RELEASE);
    }

    @Test
    void moreSectionsThanHeadersHaveRoomForAreRefused() throws IOException {
        UkiBuilder builder = UkiBuilder.of(SyntheticPe.stub().build());
        for (int i = 0; i < 100; i++) {
            builder.section(".s" + i, OS_RELEASE);
        }

        assertThatThrownBy(builder::build)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no room for 103 section headers");
    }

    @Test
    void wrongSectionsAndStubsAreRefused() throws IOException {
        UkiBuilder builder = UkiBuilder.of(SyntheticPe.stub().build());
        byte[] signed =
                PeFile.parse(SyntheticPe.stub().build()).withCertificate(new byte[8]).bytes();

        assertThatThrownBy(() -> builder.section(".text", OS_RELEASE))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.section(".ninechars", OS_RELEASE))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.section("osrel", OS_RELEASE))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.section(".linux", OS_RELEASE).build())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not a PE32+ image");
        assertThatThrownBy(() -> UkiBuilder.of(signed))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("signed");
    }
}
