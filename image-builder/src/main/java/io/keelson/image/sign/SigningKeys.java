package io.keelson.image.sign;

import io.keelson.host.DurableFile;

import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.stream.Stream;

/**
 * Makes the keys of a fleet: PK, KEK and db of UEFI Secure Boot (RSA-2048, which every firmware
 * knows, with self-signed certificates and signed {@code .auth} variables) and the RSA-4096 key
 * that signs update payloads.
 */
public final class SigningKeys {
    private static final int SECURE_BOOT_BITS = 2048;
    private static final int UPDATE_BITS = 4096;
    private static final int SERIAL_BITS = 127;

    // Firmware has no trusted clock and ignores these; a tool that does look must not refuse.
    private static final Instant NOT_BEFORE = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant NOT_AFTER = Instant.parse("2056-01-01T00:00:00Z");

    private static final List<String> FILES =
            List.of(
                    "PK.key",
                    "PK.crt",
                    "PK.auth",
                    "KEK.key",
                    "KEK.crt",
                    "KEK.auth",
                    "db.key",
                    "db.crt",
                    "db.auth",
                    "update.key.pem",
                    "update.pub.pem");

    private final Path directory;
    private final SecureRandom random;

    private SigningKeys(Path directory, SecureRandom random) {
        this.directory = directory;
        this.random = random;
    }

    /** Whether a directory has all files that {@link #generate} makes. */
    public static boolean complete(Path directory) {
        return FILES.stream().allMatch(name -> Files.exists(directory.resolve(name)));
    }

    /**
     * Makes all keys in a directory, which appears when all of them are there; private ones are
     * readable by their owner only.
     *
     * @throws FileAlreadyExistsException if one of the files is there already: keys are never
     *     overwritten
     * @throws IOException if there are other files in the directory, or nothing can be written
     */
    public static void generate(Path directory, SecureRandom random) throws IOException {
        Path target = directory.toAbsolutePath().normalize();
        for (String name : FILES) {
            if (Files.exists(target.resolve(name))) {
                throw new FileAlreadyExistsException(
                        target.resolve(name).toString(),
                        null,
                        "keys are never overwritten; choose another directory");
            }
        }
        // Made beside it and renamed, so that an interruption leaves no half set of keys.
        Path unfinished = target.resolveSibling(target.getFileName() + ".unfinished");
        deleteTree(unfinished);
        Files.createDirectories(unfinished);
        try {
            new SigningKeys(unfinished, random).generate();
            Files.deleteIfExists(target);
            DurableFile.rename(unfinished, target);
        } catch (DirectoryNotEmptyException e) {
            throw new IOException(target + " is not empty; choose another directory for keys", e);
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IOException("cannot make keys in " + target + ": " + e.getMessage(), e);
        } finally {
            deleteTree(unfinished);
        }
    }

    private static void deleteTree(Path directory) throws IOException {
        if (Files.notExists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }

    private void generate()
            throws GeneralSecurityException, OperatorCreationException, IOException {
        Signer platform = secureBootKey("PK", "Keelson platform key");
        Signer exchange = secureBootKey("KEK", "Keelson key exchange key");
        Signer images = secureBootKey("db", "Keelson boot image signing");
        write("PK.auth", variable("PK", platform, platform));
        write("KEK.auth", variable("KEK", exchange, platform));
        write("db.auth", variable("db", images, exchange));
        updateKey("update");
    }

    /** Makes one more key that signs payloads, in a directory that has others. */
    static void generateUpdateKey(Path directory, String name, SecureRandom random)
            throws GeneralSecurityException, IOException {
        new SigningKeys(directory, random).updateKey(name);
    }

    private void updateKey(String name) throws GeneralSecurityException, IOException {
        KeyPair pair = keyPair(UPDATE_BITS);
        writePrivate(name + ".key.pem", Pem.privateKey(pair.getPrivate()));
        write(name + ".pub.pem", Pem.encode("PUBLIC KEY", pair.getPublic().getEncoded()));
    }

    private static byte[] variable(String name, Signer subject, Signer signer) throws IOException {
        return AuthenticatedVariable.encode(
                name,
                name.equals("db") ? UefiGuid.IMAGE_SECURITY_DATABASE : UefiGuid.GLOBAL_VARIABLE,
                subject.certificate(),
                signer);
    }

    private Signer secureBootKey(String name, String commonName)
            throws GeneralSecurityException, OperatorCreationException, IOException {
        KeyPair pair = keyPair(SECURE_BOOT_BITS);
        X500Name subject = new X500Name("CN=" + commonName);
        JcaX509v3CertificateBuilder builder =
                new JcaX509v3CertificateBuilder(
                        subject,
                        new BigInteger(SERIAL_BITS, random).setBit(0),
                        Date.from(NOT_BEFORE),
                        Date.from(NOT_AFTER),
                        subject,
                        pair.getPublic());
        X509Certificate certificate =
                new JcaX509CertificateConverter()
                        .getCertificate(
                                builder.build(
                                        new JcaContentSignerBuilder("SHA256withRSA")
                                                .build(pair.getPrivate())));
        writePrivate(name + ".key", Pem.privateKey(pair.getPrivate()));
        write(name + ".crt", Pem.encode("CERTIFICATE", certificate.getEncoded()));
        return new Signer(pair.getPrivate(), certificate);
    }

    private KeyPair keyPair(int bits) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(bits, random);
        return generator.generateKeyPair();
    }

    private void writePrivate(String name, byte[] content) throws IOException {
        FileAttribute<?> ownerOnly =
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        Files.createFile(directory.resolve(name), ownerOnly);
        Files.write(directory.resolve(name), content, StandardOpenOption.WRITE);
    }

    private void write(String name, byte[] content) throws IOException {
        Files.write(directory.resolve(name), content, StandardOpenOption.CREATE_NEW);
    }
}
