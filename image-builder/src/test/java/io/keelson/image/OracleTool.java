package io.keelson.image;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Runs a reference tool that judges what we have written; its verdict decides the test. */
public final class OracleTool {
    private record Verdict(int exitCode, String output) {}

    private OracleTool() {}

    /** The output of a tool that must be content. */
    public static String run(String... argv) throws IOException, InterruptedException {
        Verdict verdict = verdict(argv);
        if (verdict.exitCode() != 0) {
            throw new AssertionError(sentence(verdict, argv));
        }
        return verdict.output();
    }

    /** The output of a tool that must not be content. */
    public static String fails(String... argv) throws IOException, InterruptedException {
        Verdict verdict = verdict(argv);
        if (verdict.exitCode() == 0) {
            throw new AssertionError(sentence(verdict, argv));
        }
        return verdict.output();
    }

    private static String sentence(Verdict verdict, String... argv) {
        return String.join(" ", argv) + " exits " + verdict.exitCode() + ":\n" + verdict.output();
    }

    private static Verdict verdict(String... argv) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(List.of(argv)).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Verdict(process.waitFor(), output);
    }
}
