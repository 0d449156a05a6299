package io.keelson.image.standin;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Packages whose scripts have logic of their own that a person has read. Every line that was there
 * is known by its hash; one that an update adds is not.
 *
 * <p>The file has a line "package: what takes the place of its scripts", then indented lines with
 * the beginnings of SHA-256 digests.
 */
final class ReviewedScripts {
    private static final String RESOURCE = "reviewed-scripts.txt";
    private static final int HASH_CHARS = 12;

    /** The kernel's package has its version in its name and in its scripts. */
    private static final Pattern KERNEL = Pattern.compile("linux-(?:image|base)-(\\d.*)");

    private static final String KERNEL_RELEASE = "@RELEASE@";

    private record Review(String standIn, Set<String> lines) {}

    private final Map<String, Review> byPackage = new HashMap<>();

    private ReviewedScripts() {}

    /** Those that come with the builder. */
    static ReviewedScripts shipped() throws IOException {
        try (InputStream in =
                Objects.requireNonNull(
                        ReviewedScripts.class.getResourceAsStream(RESOURCE), RESOURCE)) {
            return read(new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)));
        }
    }

    static ReviewedScripts read(BufferedReader in) throws IOException {
        ReviewedScripts reviewed = new ReviewedScripts();
        Set<String> lines = new LinkedHashSet<>();
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            int colon = line.indexOf(": ");
            if (line.startsWith(" ")) {
                lines.addAll(List.of(line.strip().split(" ", -1)));
            } else if (colon > 0 && !line.startsWith("#")) {
                lines = new LinkedHashSet<>();
                reviewed.byPackage.put(
                        line.substring(0, colon), new Review(line.substring(colon + 2), lines));
            }
        }
        return reviewed;
    }

    boolean knows(String packageName) {
        return byPackage.containsKey(key(packageName));
    }

    boolean allows(String packageName, String line) {
        Review review = byPackage.get(key(packageName));
        return review != null && review.lines().contains(hash(packageName, line));
    }

    String standIn(String packageName) {
        return Objects.requireNonNull(byPackage.get(key(packageName)), packageName).standIn();
    }

    static String key(String packageName) {
        Matcher kernel = KERNEL.matcher(packageName);
        return kernel.matches()
                ? packageName.substring(0, kernel.start(1)) + KERNEL_RELEASE
                : packageName;
    }

    /** Of a line without the kernel's version. */
    static String hash(String packageName, String line) {
        Matcher kernel = KERNEL.matcher(packageName);
        String plain = kernel.matches() ? line.replace(kernel.group(1), KERNEL_RELEASE) : line;
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(plain.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, HASH_CHARS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
