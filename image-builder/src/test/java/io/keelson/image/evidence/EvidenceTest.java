package io.keelson.image.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.channels.Artifact;
import io.keelson.disk.boot.ReleaseVersion;
import io.keelson.image.OracleTool;
import io.keelson.image.archive.Digest;
import io.keelson.image.packages.Lock;
import io.keelson.image.packages.LockedPackage;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

final class EvidenceTest {
    private static final LockedPackage LIBRARY =
            new LockedPackage(
                    new LockedPackage.Id("libstdc++6", "14.2.0-19+b1", "amd64"),
                    "trixie-security",
                    "pool/main/g/gcc-14/libstdc++6_14.2.0-19+b1_amd64.deb",
                    new Digest(10, "ab".repeat(32)));

    @TempDir Path dir;

    @Test
    void packagesHaveAPackageUrlTheirHashTheirLicencesAndTheirSource() throws Exception {
        Path file = dir.resolve("sbom.cdx.json");
        PackageFacts facts =
                new PackageFacts(
                        LIBRARY,
                        new PackageFacts.Source("gcc-14", "14.2.0-19"),
                        List.of("GPL-3+", "GPL-3+ with GCC-Runtime-3.1"));

        new Sbom(
                        new ReleaseVersion("1.0.0"),
                        "cd".repeat(32),
                        Instant.EPOCH,
                        List.of(facts),
                        Optional.of("25.0.3+9"))
                .write(file);

        JsonNode sbom = new ObjectMapper().readTree(file.toFile());
        assertThat(sbom.at("/specVersion").asString()).isEqualTo("1.6");
        assertThat(sbom.at("/metadata/timestamp").asString()).isEqualTo("1970-01-01T00:00:00Z");
        assertThat(sbom.at("/components/0/purl").asString())
                .isEqualTo("pkg:deb/debian/libstdc%2B%2B6@14.2.0-19%2Bb1?arch=amd64&distro=trixie");
        assertThat(sbom.at("/components/0/hashes/0/content").asString()).isEqualTo("ab".repeat(32));
        assertThat(sbom.at("/components/0/licenses/0/license/id").asString())
                .isEqualTo("GPL-3.0-or-later");
        assertThat(sbom.at("/components/0/licenses/1/license/name").asString())
                .isEqualTo("GPL-3+ with GCC-Runtime-3.1");
        assertThat(sbom.at("/components/0/properties/0/value").asString())
                .isEqualTo("gcc-14 14.2.0-19");
        assertThat(sbom.at("/components/1/purl").asString())
                .isEqualTo("pkg:generic/openjdk@25.0.3%2B9");
    }

    @Test
    void onlyMachineReadableCopyrightFilesNameLicences() {
        String text =
                """
                Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
                Files: *
                License: GPL-2+
                Files: lib/*
                License: Expat
                 Permission is hereby granted, License: not this one
                License: GPL-2+
                """;

        assertThat(CopyrightFile.licences(text)).containsExactly("Expat", "GPL-2+");
        assertThat(CopyrightFile.licences("This is free software.\nLicense: GPL\n")).isEmpty();
        assertThat(CopyrightFile.spdx("Expat")).hasValue("MIT");
    }

    @Test
    void aSourceHasTheVersionOfItsPackageUnlessItSaysOtherwise() {
        assertThat(CopyrightFile.source(" lvm2 (2.03.31-2)", "2:1.02.205-2"))
                .isEqualTo(new PackageFacts.Source("lvm2", "2.03.31-2"));
        assertThat(CopyrightFile.source(" openssl", "3.5.1-1"))
                .isEqualTo(new PackageFacts.Source("openssl", "3.5.1-1"));
    }

    @Test
    void provenanceIsAnInTotoStatementWithSlsaProvenance() throws Exception {
        Path file = Files.write(dir.resolve("statement"), statement());

        assertThat(jq("._type", file)).isEqualTo("https://in-toto.io/Statement/v1");
        assertThat(jq(".predicateType", file)).isEqualTo("https://slsa.dev/provenance/v1");
        assertThat(jq(".subject[0].name", file)).isEqualTo("usr.erofs");
        assertThat(jq(".subject[0].digest.sha256", file)).isEqualTo("12".repeat(32));
        assertThat(jq(".predicate.buildDefinition.resolvedDependencies[0].digest.sha256", file))
                .isEqualTo("ab".repeat(32));
        assertThat(jq(".predicate.buildDefinition.externalParameters.version", file))
                .isEqualTo("1.0.0");
        assertThat(jq("[.. | .startedOn?] | all(. == null)", file)).isEqualTo("true");
    }

    @Test
    void opensslVerifiesTheEnvelopesSignature() throws Exception {
        KeyPair pair = keyPair();
        byte[] envelope = Envelope.sign(statement(), pair.getPrivate());
        assertThat(Envelope.sign(statement(), pair.getPrivate())).isEqualTo(envelope);
        Path file = Files.write(dir.resolve("envelope"), envelope);
        Path payload = dir.resolve("payload");
        String type = jq(".payloadType", file);
        byte[] body = java.util.Base64.getDecoder().decode(jq(".payload", file));
        byte[] head =
                "DSSEv1 %d %s %d "
                        .formatted(type.length(), type, body.length)
                        .getBytes(StandardCharsets.US_ASCII);
        Files.write(payload, head);
        Files.write(payload, body, java.nio.file.StandardOpenOption.APPEND);
        Path signature =
                Files.write(
                        dir.resolve("sig"),
                        java.util.Base64.getDecoder().decode(jq(".signatures[0].sig", file)));
        Path key = dir.resolve("key.der");
        Files.write(key, pair.getPublic().getEncoded());

        assertThat(
                        OracleTool.run(
                                "openssl",
                                "dgst",
                                "-sha256",
                                "-keyform",
                                "DER",
                                "-verify",
                                key.toString(),
                                "-signature",
                                signature.toString(),
                                payload.toString()))
                .contains("Verified OK");
    }

    @Test
    void anEnvelopeOpensWithItsKeyOnlyAndNotWhenChanged() throws Exception {
        KeyPair pair = keyPair();
        byte[] envelope = Envelope.sign(statement(), pair.getPrivate());

        assertThat(Envelope.open(envelope, pair.getPublic())).isEqualTo(statement());
        assertThatThrownBy(() -> Envelope.open(envelope, keyPair().getPublic()))
                .hasMessageStartingWith("the provenance is not signed by the key with SHA-256");
        String text = new String(envelope, StandardCharsets.UTF_8);
        byte[] changed =
                text.replaceFirst("\"payload\":\"..", "\"payload\":\"eX")
                        .getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> Envelope.open(changed, pair.getPublic()))
                .hasMessageStartingWith("the provenance is not signed by the key with SHA-256");
        assertThatThrownBy(() ->
                        Envelope.open(
                                "nonsense".getBytes(StandardCharsets.US_ASCII), pair.getPublic()))
                .hasMessageStartingWith("the signed provenance cannot be read");
    }

    private static byte[] statement() {
        return new Provenance(
                        new TreeMap<>(Map.of("usr.erofs", new Artifact(1, "12".repeat(32)))),
                        new TreeMap<>(Map.of("version", "1.0.0")),
                        new Lock("amd64", List.of("trixie"), List.of(LIBRARY)),
                        new TreeMap<>(Map.of("recipe/demo.yaml", "34".repeat(32))))
                .statement();
    }

    private static KeyPair keyPair() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        return generator.generateKeyPair();
    }

    private static String jq(String filter, Path file) throws Exception {
        return OracleTool.run("jq", "-r", filter, file.toString()).strip();
    }
}
