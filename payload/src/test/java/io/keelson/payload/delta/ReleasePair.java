package io.keelson.payload.delta;

import io.keelson.disk.boot.ReleaseVersion;
import io.keelson.disk.gpt.RootHash;
import io.keelson.disk.pe.UkiBuilder;
import io.keelson.disk.verity.VerityDefaults;
import io.keelson.disk.verity.VerityTree;
import io.keelson.payload.generate.PayloadSpec;
import io.keelson.payload.repack.FrameSettings;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;

/** Two small releases: blocks that stay, move, change and are new, and boot images with frames. */
final class ReleasePair {
    private static final int BLOCK = 4096;
    private static final int BLOCKS = 900;
    private static final int KERNEL_BYTES = 400_000;
    private static final int SETUP_BYTES = 5 * 512;

    private final Path directory;
    private final Random random;

    ReleasePair(Path directory, long seed) {
        this.directory = directory;
        this.random = new Random(seed);
    }

    DeltaSpec write(boolean repack) throws IOException, InterruptedException {
        byte[] old = noise(BLOCKS * BLOCK);
        byte[] kernel = code(KERNEL_BYTES);
        byte[] initrd = code(KERNEL_BYTES / 4);
        Path oldUsr = Files.write(directory.resolve("old.erofs"), old);
        Path oldUki = Files.write(directory.resolve("old.efi"), uki(kernel, initrd, "1"));
        Path usr = Files.write(directory.resolve("new.erofs"), changed(old));
        Path uki =
                Files.write(directory.resolve("new.efi"), uki(edited(kernel), edited(initrd), "2"));
        RootHash root =
                VerityTree.of(usr, VerityDefaults.salt(), VerityDefaults.UUID_OF_TREE).rootHash();
        return new DeltaSpec(
                new PayloadSpec(
                        new ReleaseVersion("1.1.0"), usr, root, VerityDefaults.salt(), uki, 3),
                oldUsr,
                oldUki,
                repack);
    }

    private byte[] changed(byte[] old) {
        var out = new ByteArrayOutputStream();
        out.writeBytes(edited(Arrays.copyOf(old, 50 * BLOCK)));
        out.writeBytes(Arrays.copyOfRange(old, 500 * BLOCK, 700 * BLOCK));
        out.writeBytes(noise(20 * BLOCK));
        out.writeBytes(new byte[3 * BLOCK]);
        out.writeBytes(Arrays.copyOfRange(old, 100 * BLOCK, 450 * BLOCK));
        out.writeBytes(edited(Arrays.copyOfRange(old, 450 * BLOCK, 480 * BLOCK)));
        return out.toByteArray();
    }

    private byte[] edited(byte[] bytes) {
        byte[] result = bytes.clone();
        for (int edits = 0; edits < bytes.length / 500; edits++) {
            result[random.nextInt(result.length)] += (byte) 3;
        }
        return result;
    }

    private byte[] noise(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private byte[] code(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) random.nextInt(1 + i % 7 * 20);
        }
        return bytes;
    }

    private static byte[] uki(byte[] kernel, byte[] initrd, String release) throws IOException {
        byte[] frame = frame(kernel, new FrameSettings(3, true, true));
        ByteBuffer image =
                ByteBuffer.allocate(SETUP_BYTES + 100 + frame.length + 4)
                        .order(ByteOrder.LITTLE_ENDIAN);
        image.put(TinyEfiProgram.bytes())
                .put(0x1F1, (byte) 4)
                .putInt(0x202, 0x53726448)
                .putInt(0x248, 100);
        image.putInt(0x24C, frame.length + 4).position(SETUP_BYTES + 100);
        image.put(frame).putInt(kernel.length);
        return UkiBuilder.of(TinyEfiProgram.bytes())
                .section(".uname", release.getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                .section(".linux", image.array())
                .section(".initrd", frame(initrd, new FrameSettings(15, false, false)))
                .build();
    }

    private static byte[] frame(byte[] content, FrameSettings settings) throws IOException {
        var out = new ByteArrayOutputStream();
        try (OutputStream packed = new JniFrames().open(out, settings)) {
            packed.write(content);
        }
        return out.toByteArray();
    }
}
