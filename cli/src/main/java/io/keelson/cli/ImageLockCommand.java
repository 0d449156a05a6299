package io.keelson.cli;

import io.keelson.cli.terminal.Terminal;
import io.keelson.cli.terminal.TerminalProgress;
import io.keelson.host.DurableFile;
import io.keelson.image.ImageLock;
import io.keelson.image.packages.Lock;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;

/** {@code keelson image lock}. */
@Command(
        name = "lock",
        description =
                "chooses the packages of a recipe and pins them, and the JDK, in a file for 'keelson image build --lock'",
        mixinStandardHelpOptions = true)
final class ImageLockCommand implements Callable<Integer> {
    private static final String DEFAULT_NAME = "packages.lock";

    private final Terminal terminal;

    @Mixin private PackageOptions packages = new PackageOptions();

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "where to write it (default: packages.lock)")
    private Path out = Path.of(DEFAULT_NAME);

    ImageLockCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path absolute = out.toAbsolutePath().normalize();
        Path file = Files.isDirectory(absolute) ? absolute.resolve(DEFAULT_NAME) : absolute;
        Lock lock =
                ImageLock.run(
                        new ImageLock.Request(
                                packages.recipe(),
                                packages.suites(),
                                packages.arch(),
                                packages.mirrors(),
                                packages.host(terminal.home()),
                                packages.cache(terminal),
                                packages.offline(),
                                terminal.clock()),
                        new TerminalProgress(terminal));
        var bytes = new ByteArrayOutputStream();
        lock.write(bytes);
        Files.createDirectories(Optional.ofNullable(file.getParent()).orElse(Path.of("/")));
        DurableFile.replace(file, bytes.toByteArray());
        terminal.out().println("pinned %d packages in %s".formatted(lock.packages().size(), file));
        return 0;
    }
}
