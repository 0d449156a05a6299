package io.keelson.image.rootfs;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import io.keelson.image.archive.ArchiveSigner;
import io.keelson.image.archive.Mirrors;

import org.apache.commons.compress.archivers.ar.ArArchiveEntry;
import org.apache.commons.compress.archivers.ar.ArArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.bouncycastle.openpgp.PGPException;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A Debian archive of one suite on loopback. */
final class TinyArchive implements AutoCloseable {
    final Map<String, byte[]> served = new ConcurrentHashMap<>();
    final List<String> requested = new ArrayList<>();

    /** After how many bytes the next answer for a path ends. */
    final Map<String, Integer> cuts = new ConcurrentHashMap<>();

    private final HttpServer server;
    private final StringBuilder packages = new StringBuilder();

    TinyArchive() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath().substring(1);
        byte[] body = served.get(path);
        String range = exchange.getRequestHeaders().getFirst("Range");
        synchronized (requested) {
            requested.add(range == null ? path : path + " " + range);
        }
        try (exchange) {
            if (body == null) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            int from = range == null ? 0 : Integer.parseInt(range.replaceAll("[^0-9]", ""));
            exchange.sendResponseHeaders(range == null ? 200 : 206, body.length - from);
            Integer cut = cuts.remove(path);
            int length = cut == null ? body.length - from : Math.min(cut, body.length - from);
            exchange.getResponseBody().write(body, from, length);
            exchange.getResponseBody().flush();
        } catch (IOException e) {
            // What was announced was not sent: that is what a cut is.
            exchange.close();
        }
    }

    /** What a package has in it. */
    record Deb(
            String name, String version, Map<String, String> control, Map<String, String> files) {}

    /** Adds a package; a file whose text starts with "-> " is a symbolic link. */
    void add(Deb deb, String fields) throws IOException {
        byte[] bytes = bytes(deb);
        String path = "pool/main/" + deb.name() + "_" + deb.version() + "_amd64.deb";
        served.put(path, bytes);
        packages.append("Package: %s\nVersion: %s\n".formatted(deb.name(), deb.version()))
                .append("Architecture: amd64\n")
                .append(fields)
                .append("Filename: %s\nSize: %d\n".formatted(path, bytes.length))
                .append("SHA256: %s\n\n".formatted(sha256(bytes)));
    }

    void publish(ArchiveSigner signer, Instant validUntil) throws IOException, PGPException {
        publish(signer, validUntil, validUntil.minusSeconds(2000));
    }

    void publish(ArchiveSigner signer, Instant validUntil, Instant date)
            throws IOException, PGPException {
        byte[] index = xz(packages.toString().getBytes(StandardCharsets.UTF_8));
        served.put("dists/trixie/main/binary-amd64/by-hash/SHA256/" + sha256(index), index);
        String release =
                """
                Suite: stable
                Codename: trixie
                Date: %s
                Valid-Until: %s
                Acquire-By-Hash: yes
                SHA256:
                 %s %d main/binary-amd64/Packages.xz
                """
                        .formatted(rfc(date), rfc(validUntil), sha256(index), index.length);
        served.put("dists/trixie/InRelease", signer.sign(release).getBytes(StandardCharsets.UTF_8));
    }

    private static String rfc(Instant time) {
        return DateTimeFormatter.RFC_1123_DATE_TIME
                .format(time.atZone(ZoneOffset.UTC))
                .replace("GMT", "UTC");
    }

    Mirrors mirrors() {
        URI base = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
        return new Mirrors(base, base);
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private static byte[] bytes(Deb deb) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ArArchiveOutputStream ar = new ArArchiveOutputStream(bytes)) {
            member(ar, "debian-binary", "2.0\n".getBytes(StandardCharsets.UTF_8));
            member(ar, "control.tar.xz", xz(tar(deb.control())));
            member(ar, "data.tar.xz", xz(tar(deb.files())));
        }
        return bytes.toByteArray();
    }

    private static void member(ArArchiveOutputStream ar, String name, byte[] content)
            throws IOException {
        ar.putArchiveEntry(new ArArchiveEntry(name, content.length));
        ar.write(content);
        ar.closeArchiveEntry();
    }

    private static byte[] tar(Map<String, String> files) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
            for (Map.Entry<String, String> file : files.entrySet()) {
                String name = "./" + file.getKey();
                if (file.getValue().startsWith("-> ")) {
                    TarArchiveEntry link = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
                    link.setLinkName(file.getValue().substring(3));
                    tar.putArchiveEntry(link);
                } else {
                    byte[] content = file.getValue().getBytes(StandardCharsets.ISO_8859_1);
                    TarArchiveEntry entry = new TarArchiveEntry(name);
                    entry.setSize(content.length);
                    entry.setMode(file.getKey().contains("bin/") ? 0100755 : 0100644);
                    tar.putArchiveEntry(entry);
                    tar.write(content);
                }
                tar.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }

    private static byte[] xz(byte[] plain) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream xz = new XZOutputStream(bytes, new LZMA2Options(0))) {
            xz.write(plain);
        }
        return bytes.toByteArray();
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
