package io.keelson.payload.apply;

import io.keelson.payload.ApplyProgress;
import io.keelson.payload.PayloadReader;
import io.keelson.payload.PayloadSources;
import io.keelson.payload.PayloadTarget;
import io.keelson.payload.PayloadTargets;
import io.keelson.payload.TrustedKeys;
import io.keelson.payload.manifest.Capability;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * What bench/apply.sh runs: {@code KEY PAYLOAD USR UKI [OLD]} applies a payload to two files or
 * devices as a host does, with a journal, until all of it is flushed.
 */
public final class ApplyBench {
    private ApplyBench() {}

    public static void main(String[] args) throws IOException {
        TrustedKeys keys = TrustedKeys.ofFiles(List.of(Path.of(args[0])), 1);
        Path directory = Files.createTempDirectory("apply");
        Path journal = directory.resolve("apply.journal");
        try (InputStream in = Files.newInputStream(Path.of(args[1]));
                FileChannel usr = target(args[2]);
                FileChannel uki = target(args[3])) {
            ApplyPlan plan =
                    ApplyPlan.to(new PayloadTargets(PayloadTarget.of(usr), PayloadTarget.of(uki)))
                            .resuming(new JournalFile(journal), PayloadRanges.NONE);
            var payload = PayloadReader.open(in, keys, Capability.HOST_AT_MOST);
            if (args.length < 5) {
                PayloadApplier.apply(payload, plan, ApplyProgress.NONE);
                return;
            }
            Path old = Path.of(args[4]);
            try (FileChannel oldUsr = FileChannel.open(old.resolve("usr.erofs"));
                    FileChannel oldUki = FileChannel.open(old.resolve("uki.efi"))) {
                var sources =
                        new PayloadSources(
                                PayloadSources.of(oldUsr, oldUsr.size()),
                                PayloadSources.of(oldUki, oldUki.size()));
                PayloadApplier.apply(payload, plan.from(sources), ApplyProgress.NONE);
            }
        } finally {
            Files.deleteIfExists(journal);
            Files.delete(directory);
        }
    }

    private static FileChannel target(String path) throws IOException {
        return FileChannel.open(
                Path.of(path),
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
    }
}
