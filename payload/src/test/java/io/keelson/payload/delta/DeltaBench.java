package io.keelson.payload.delta;

import io.keelson.disk.boot.ReleaseVersion;
import io.keelson.disk.gpt.RootHash;
import io.keelson.disk.verity.VerityDefaults;
import io.keelson.disk.verity.VerityTree;
import io.keelson.payload.ApplyProgress;
import io.keelson.payload.PayloadReader;
import io.keelson.payload.PayloadSources;
import io.keelson.payload.PayloadTarget;
import io.keelson.payload.PayloadTargets;
import io.keelson.payload.TrustedKeys;
import io.keelson.payload.apply.ApplyPlan;
import io.keelson.payload.apply.PayloadApplier;
import io.keelson.payload.generate.PayloadSpec;
import io.keelson.payload.generate.WriteProgress;
import io.keelson.payload.manifest.Capability;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.X509EncodedKeySpec;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What bench/delta.sh runs: {@code generate plain|repack OLD NEW DELTA} and {@code apply OLD NEW
 * DELTA}, where OLD and NEW are directories with usr.erofs and uki.efi. Signs with a key of its
 * own.
 */
public final class DeltaBench {
    private static final int LEVEL = 19;

    private DeltaBench() {}

    public static void main(String[] args) throws Exception {
        if (args[0].equals("generate")) {
            generate(args[1].equals("repack"), Path.of(args[2]), Path.of(args[3]), args[4]);
        } else {
            apply(Path.of(args[1]), Path.of(args[2]), Path.of(args[3]));
        }
    }

    private static void generate(boolean repack, Path old, Path next, String delta)
            throws IOException, InterruptedException, GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair pair = generator.generateKeyPair();
        Files.write(Path.of(delta + ".pub"), pair.getPublic().getEncoded());
        Path usr = next.resolve("usr.erofs");
        RootHash root =
                VerityTree.of(usr, VerityDefaults.salt(), VerityDefaults.UUID_OF_TREE).rootHash();
        PayloadSpec spec =
                new PayloadSpec(
                        new ReleaseVersion("9.9.9"),
                        usr,
                        root,
                        VerityDefaults.salt(),
                        next.resolve("uki.efi"),
                        LEVEL);
        DeltaGenerator.write(
                new DeltaSpec(spec, old.resolve("usr.erofs"), old.resolve("uki.efi"), repack),
                List.of(pair.getPrivate()),
                Path.of(delta),
                WriteProgress.NONE);
    }

    private static void apply(Path old, Path next, Path delta)
            throws IOException, GeneralSecurityException {
        var key = new X509EncodedKeySpec(Files.readAllBytes(Path.of(delta + ".pub")));
        var trusted =
                new TrustedKeys(List.of(KeyFactory.getInstance("RSA").generatePublic(key)), 1);
        Path usrOut = Path.of(delta + ".usr");
        Path ukiOut = Path.of(delta + ".uki");
        Set<Capability> all = EnumSet.allOf(Capability.class);
        try (InputStream in = Files.newInputStream(delta);
                FileChannel oldUsr = FileChannel.open(old.resolve("usr.erofs"));
                FileChannel oldUki = FileChannel.open(old.resolve("uki.efi"));
                FileChannel usr = created(usrOut);
                FileChannel uki = created(ukiOut)) {
            var sources =
                    new PayloadSources(
                            PayloadSources.of(oldUsr, oldUsr.size()),
                            PayloadSources.of(oldUki, oldUki.size()));
            var targets = new PayloadTargets(PayloadTarget.of(usr), PayloadTarget.of(uki));
            PayloadApplier.apply(
                    PayloadReader.open(in, trusted, all),
                    ApplyPlan.to(targets).from(sources).packingWith(new JniFrames()),
                    ApplyProgress.NONE);
        }
        requireSame(usrOut, next.resolve("usr.erofs"));
        requireSame(ukiOut, next.resolve("uki.efi"));
    }

    private static void requireSame(Path made, Path wanted) throws IOException {
        long at = Files.mismatch(made, wanted);
        if (at >= 0) {
            throw new IOException("%s differs from %s at byte %d".formatted(made, wanted, at));
        }
        Files.delete(made);
    }

    private static FileChannel created(Path file) throws IOException {
        return FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
    }
}
