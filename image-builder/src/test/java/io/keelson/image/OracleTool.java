package io.keelson.image;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Runs a reference tool that judges what we have written; its failure fails the test. */
public final class OracleTool {
    private OracleTool() {}

    public static String run(String... argv) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(List.of(argv)).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = process.waitFor();
        if (code != 0) {
            throw new AssertionError(String.join(" ", argv) + " exits " + code + ":\n" + output);
        }
        return output;
    }
}
