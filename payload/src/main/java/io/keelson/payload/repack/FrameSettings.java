package io.keelson.payload.repack;

/**
 * What the bytes of a zstd frame depend on beside its content.
 *
 * @param level compression level, 0 where the frame is only to be unpacked
 * @param checksum whether the frame ends with a hash of its content
 * @param threaded whether libzstd was told to use threads, as the zstd program does since 1.5.7
 */
public record FrameSettings(int level, boolean checksum, boolean threaded) {
    static final int LEVEL_MAX = 22;
    static final int NUMBER_MAX = LEVEL_MAX * 4 + 3;

    /** For frames that are only to be unpacked. */
    public static final FrameSettings NONE = new FrameSettings(0, false, false);

    static FrameSettings of(int number) {
        return new FrameSettings(number / 4, (number & 1) != 0, (number & 2) != 0);
    }

    int number() {
        return level * 4 + (threaded ? 2 : 0) + (checksum ? 1 : 0);
    }
}
