package io.keelson.image.assemble;

import io.keelson.disk.boot.Architecture;
import io.keelson.disk.boot.ReleaseVersion;
import io.keelson.disk.fat.ByteSource;
import io.keelson.disk.gpt.DiskLayout;
import io.keelson.disk.pe.PeFile;
import io.keelson.image.sign.Signer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/** The files of the EFI system partition of a new disk. */
public final class EspFiles {
    /**
     * No "default": a pinned entry would boot even when it is known to be bad. The editor would let
     * anybody at the console change the command line. Keys are enrolled by themselves only where
     * there is no firmware to lock oneself out of.
     */
    private static final String LOADER_CONF =
            """
            timeout 1
            editor no
            auto-entries no
            secure-boot-enroll if-safe
            """;

    private EspFiles() {}

    /** What the firmware reads from: loader, the release's kernel image and the keys to enrol. */
    public static SortedMap<String, ByteSource> of(
            byte[] loader, Signer signer, Path uki, ReleaseVersion version, Path keys)
            throws IOException {
        PeFile signed = UnifiedKernelImage.signed(loader, signer);
        ByteSource signedLoader = ByteSource.of(signed.bytes());
        String arch = efiName(signed);
        SortedMap<String, ByteSource> files = new TreeMap<>();
        files.put("/EFI/BOOT/BOOT" + arch.toUpperCase(Locale.ROOT) + ".EFI", signedLoader);
        files.put("/EFI/systemd/systemd-boot" + arch + ".efi", signedLoader);
        // A first installation has nothing to fall back to, so its tries are not counted.
        files.put("/EFI/Linux/" + DiskLayout.label(version) + ".efi", ByteSource.of(uki));
        files.put(
                "/loader/loader.conf",
                ByteSource.of(LOADER_CONF.getBytes(StandardCharsets.US_ASCII)));
        for (String name : List.of("PK", "KEK", "db")) {
            files.put(
                    "/loader/keys/auto/" + name + ".auth",
                    ByteSource.of(keys.resolve(name + ".auth")));
        }
        return files;
    }

    /** Firmware looks for a loader under the name of its own architecture. */
    private static String efiName(PeFile loader) throws IOException {
        return Architecture.ofPeMachine(loader.machine())
                .map(Architecture::efiName)
                .orElseThrow(() ->
                        new IOException(
                                "the boot loader is for an unknown machine, 0x%x"
                                        .formatted(loader.machine())));
    }
}
