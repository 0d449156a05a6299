package io.keelson.cli;

import io.keelson.channels.ReleaseManifest;
import io.keelson.cli.terminal.Json;
import io.keelson.cli.terminal.Properties;
import io.keelson.cli.terminal.Terminal;
import io.keelson.cli.terminal.TerminalProgress;
import io.keelson.disk.boot.ReleaseVersion;
import io.keelson.image.BuildRequest;
import io.keelson.image.ImageBuild;
import io.keelson.image.Keys;
import io.keelson.image.erofs.ErofsImage;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Operating system images. */
@Command(
        name = "image",
        description = "builds, shows and verifies images",
        mixinStandardHelpOptions = true)
final class ImageCommand extends CommandGroup {
    private final Terminal terminal;

    ImageCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /** What is built, from what, into what. */
    static final class BuildSettings {
        @Mixin private PackageOptions packages = new PackageOptions();

        // Not the standard mixin: it claims --version, which is the release's here.
        @Option(
                names = {"-h", "--help"},
                usageHelp = true,
                description = "show this help")
        @SuppressWarnings("unused") // picocli acts on it
        private boolean help;

        @Option(
                names = "--version",
                required = true,
                description = "version of the release, such as 1.2.0")
        private String version = "";

        @Option(
                names = "--out",
                required = true,
                paramLabel = "DIR",
                description = "where the results go")
        private Path out = Path.of("");

        @Option(
                names = "--keys",
                required = true,
                paramLabel = "DIR",
                description = "made by 'keelson keys generate'")
        private Path keys = Path.of("");

        @Option(
                names = "--update-key",
                paramLabel = "FILE",
                description = "sign the payload with this private key instead")
        private Optional<Path> updateKey = Optional.empty();

        @Option(
                names = "--lock",
                paramLabel = "FILE",
                description = "build exactly the packages of this packages.lock")
        private Optional<Path> lock = Optional.empty();

        @Option(
                names = "--sector-size",
                paramLabel = "512|4096",
                description = "sectors of the disk instead of the recipe's; images fit one kind")
        private OptionalInt sectorSize = OptionalInt.empty();

        @Option(names = "--payload", description = "write update.payload too")
        private boolean payload;

        BuildRequest request(Terminal terminal) throws IOException {
            Path absolute = out.toAbsolutePath().normalize();
            return new BuildRequest(
                    packages.recipe(),
                    new ReleaseVersion(version),
                    absolute,
                    packages.mirrors(),
                    packages.suites(),
                    lock,
                    new Keys(keys, updateKey),
                    packages.host(terminal.home()),
                    packages.cache(terminal),
                    new BuildRequest.Options(
                            payload,
                            packages.offline(),
                            sectorSize,
                            packages.arch(),
                            terminal.clock()));
        }
    }

    @Command(
            name = "build",
            description =
                    "builds disk.img and what belongs to it from Debian packages, as an ordinary user")
    int build(
            @Mixin BuildSettings settings,
            @Option(names = "--json", description = "print release.json") boolean json)
            throws IOException, InterruptedException {
        BuildRequest request = settings.request(terminal);
        ReleaseManifest release = ImageBuild.run(request, new TerminalProgress(terminal));
        if (json) {
            Json.print(terminal.out(), ReleaseUpload.read(request.out()));
        } else {
            terminal.out().println("built " + release.version().text() + " in " + request.out());
            terminal.out().println("root hash " + release.rootHash().hex());
        }
        return 0;
    }

    @Command(
            name = "inspect",
            description = "shows what a built image consists of",
            mixinStandardHelpOptions = true)
    int inspect(
            @Parameters(paramLabel = "DIR", description = "output of 'keelson image build'")
                    Path directory,
            @Option(names = "--json", description = "for programs") boolean json)
            throws IOException {
        ObjectNode release = (ObjectNode) ReleaseUpload.read(directory);
        Path usr = directory.resolve("usr.erofs");
        release.put("compression", ErofsImage.compression(usr).word());
        if (json) {
            Json.print(terminal.out(), release);
        } else {
            Properties.print(terminal.out(), release);
        }
        return 0;
    }

    @Command(
            name = "verify",
            description =
                    "computes a built image's hashes and verity tree again, takes its disk apart and compares its documents",
            mixinStandardHelpOptions = true)
    int verify(
            @Parameters(paramLabel = "DIR", description = "output of 'keelson image build'")
                    Path directory,
            @Option(
                            names = "--key",
                            paramLabel = "FILE",
                            description =
                                    "public update key: payload and provenance must be signed by it; repeatable")
                    List<Path> keys)
            throws IOException, InterruptedException {
        List<String> checked =
                new ImageVerification(directory, keys == null ? List.of() : keys)
                        .run(new TerminalProgress(terminal));
        checked.forEach(line -> terminal.out().println("ok  " + line));
        return 0;
    }
}
