package io.keelson.disk.gpt;

import java.io.IOException;
import java.nio.channels.FileChannel;

final class GptWriter {
    private GptWriter() {}

    static void write(GptTable table, FileChannel disk) throws IOException {
        throw new UnsupportedOperationException();
    }
}
