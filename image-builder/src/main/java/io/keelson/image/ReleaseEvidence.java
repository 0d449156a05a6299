package io.keelson.image;

import io.keelson.channels.Artifact;
import io.keelson.image.deb.DebStore;
import io.keelson.image.evidence.Envelope;
import io.keelson.image.evidence.PackageFacts;
import io.keelson.image.evidence.Provenance;
import io.keelson.image.evidence.Sbom;
import io.keelson.image.packages.Lock;
import io.keelson.image.recipe.Recipe;
import io.keelson.image.runtime.JavaRuntime;
import io.keelson.image.sign.Pem;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Writes bill of materials and provenance beside a build's other results. */
final class ReleaseEvidence {
    static final String SBOM = "sbom.cdx.json";
    static final String STATEMENT = "provenance.intoto.json";
    static final String ENVELOPE = "provenance.dsse.json";

    /**
     * What a statement is about. Not the disk: it is put together from these, {@code image verify}
     * takes it apart again, and hashing its holes would take longer than the build.
     */
    private static final List<String> SUBJECTS =
            List.of("packages.lock", SBOM, "uki.efi", "update.payload", "usr.erofs", "usr.verity");

    private final BuildRequest request;
    private final Recipe recipe;
    private final Lock lock;
    private final OutputDirectory out;

    ReleaseEvidence(BuildRequest request, Recipe recipe, Lock lock, OutputDirectory out) {
        this.request = request;
        this.recipe = recipe;
        this.lock = lock;
        this.out = out;
    }

    /**
     * Writes the documents. The provenance is signed by the update key where a build has it, which
     * is when it makes a payload.
     *
     * @return what was built and written, by file name
     */
    SortedMap<String, Artifact> write(String rootHash) throws IOException {
        writeSbom(rootHash);
        SortedMap<String, Artifact> subjects = new TreeMap<>();
        for (String name : SUBJECTS) {
            if (Files.exists(out.file(name))) {
                subjects.put(name, ImageBuild.artifact(out.file(name)));
            }
        }
        byte[] statement = new Provenance(subjects, parameters(), lock, inputs()).statement();
        Files.write(out.file(STATEMENT), statement);
        SortedMap<String, Artifact> files = new TreeMap<>(subjects);
        files.put(STATEMENT, ImageBuild.artifact(out.file(STATEMENT)));
        if (request.options().payload()) {
            Files.write(
                    out.file(ENVELOPE),
                    Envelope.sign(statement, Pem.readPrivateKey(request.keys().updateKeyFile())));
            files.put(ENVELOPE, ImageBuild.artifact(out.file(ENVELOPE)));
        }
        return files;
    }

    private void writeSbom(String rootHash) throws IOException {
        HostSoftware host = request.host();
        new Sbom(
                        request.version(),
                        rootHash,
                        Instant.ofEpochSecond(recipe.identity().epochSeconds()),
                        PackageFacts.read(lock, new DebStore(request.cache().resolve("unpacked"))),
                        host.jars().isEmpty()
                                ? Optional.empty()
                                : Optional.of(JavaRuntime.version(host.javaHome())))
                .write(out.file(SBOM));
    }

    private SortedMap<String, String> parameters() {
        SortedMap<String, String> parameters = new TreeMap<>();
        parameters.put("arch", recipe.identity().arch());
        parameters.put("recipe", recipe.identity().name());
        parameters.put("version", request.version().text());
        return parameters;
    }

    private SortedMap<String, String> inputs() throws IOException {
        SortedMap<String, String> inputs = new TreeMap<>();
        inputs.put(
                "recipe/" + request.recipe().getFileName(),
                ImageBuild.artifact(request.recipe()).sha256());
        for (Path jar : request.host().jars()) {
            inputs.put("host/" + jar.getFileName(), ImageBuild.artifact(jar).sha256());
        }
        return inputs;
    }
}
