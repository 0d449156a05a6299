package io.keelson.image.archive;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * Where the archive is.
 *
 * @param main base of the ordinary suites, the directory that holds {@code dists} and {@code pool}
 * @param security base of the suites whose name ends with {@code -security}
 */
public record Mirrors(URI main, URI security) {
    private static final Pattern DEBIAN =
            Pattern.compile(
                    "(sid|unstable|testing|stable|oldstable|bullseye|bookworm|trixie|forky|duke)"
                            + "(-[a-z-]+)?");
    private static final String SECURITY_SUFFIX = "-security";

    public Mirrors {
        main = directory(main);
        security = directory(security);
    }

    /**
     * The mirrors that this machine's own apt uses, whatever release it runs.
     *
     * @param aptDir usually {@code /etc/apt}
     * @throws ArchiveException if no mirror of Debian is configured there
     */
    public static Mirrors fromAptSources(Path aptDir) throws IOException {
        return new AptSources(aptDir).mirrors();
    }

    /** True for the name of a suite of Debian, whatever release. */
    public static boolean isDebian(String suite) {
        return DEBIAN.matcher(suite).matches();
    }

    /** True for a suite of security updates. */
    static boolean isSecurity(String suite) {
        return suite.endsWith(SECURITY_SUFFIX);
    }

    /** The base URI that serves a suite. */
    public URI base(String suite) {
        return isSecurity(suite) ? security : main;
    }

    static URI directory(URI uri) {
        String scheme = uri.getScheme();
        if (!"http".equals(scheme) && !"https".equals(scheme)) {
            throw new IllegalArgumentException("a mirror must be an http or https URI: " + uri);
        }
        return uri.toString().endsWith("/") ? uri : URI.create(uri + "/");
    }
}
