package io.keelson.cli.image;

import io.keelson.cli.terminal.CommandFailure;
import io.keelson.cli.terminal.Json;
import io.keelson.cli.terminal.Terminal;
import io.keelson.cli.terminal.TerminalProgress;
import io.keelson.image.assemble.Platform;
import io.keelson.image.convert.Conversion;
import io.keelson.image.convert.Target;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import tools.jackson.databind.node.ArrayNode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/** The formats of hypervisors and clouds. */
@Command(
        name = "convert",
        description =
                "writes a built disk as a hypervisor or a cloud takes it; the same disk gives the same bytes",
        mixinStandardHelpOptions = true)
public final class ConvertCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Option(
            names = "--to",
            required = true,
            paramLabel = "TARGET",
            description =
                    "one of raw, qcow2, vmdk, vhd, vhdx, gce, aws, azure, openstack, pxe; aws, openstack and pxe make a directory")
    private Target target = Target.RAW;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "FILE",
            description = "the result; replaced when it is complete")
    private Path out = Path.of("");

    @Option(
            names = "--compress",
            description = "compress a qcow2's clusters (vmdk and gce are compressed always)")
    private boolean compress;

    @Option(
            names = "--keys",
            paramLabel = "DIR",
            description =
                    "the Secure Boot keys: they sign the platform's addon, and aws' firmware starts with them")
    private Optional<Path> keys = Optional.empty();

    @Option(
            names = "--platform",
            paramLabel = "PLATFORM",
            description =
                    "tell the disk where it starts: aws, gce, azure, openstack, qemu or metal (default with --keys: what --to names)")
    private Optional<Platform> platform = Optional.empty();

    @Option(
            names = "--settings",
            paramLabel = "FILE",
            description =
                    "the host's KEY=value lines (SERVER, GROUP, ...), signed onto its command line; nothing secret")
    private Optional<Path> settings = Optional.empty();

    @Option(names = "--json", description = "for programs")
    private boolean json;

    @Parameters(
            paramLabel = "DIR|DISK",
            description = "output of 'keelson image build', or a raw disk")
    private Path source = Path.of("");

    public ConvertCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        List<Path> written =
                new Conversion(source, target, out, compress, keys, place())
                        .run(new TerminalProgress(terminal));
        ArrayNode list = Json.MAPPER.createArrayNode();
        for (Path file : written) {
            long size = Files.size(file);
            list.addObject().put("file", file.toString()).put("size", size);
            if (!json) {
                terminal.out().println(file + "  " + size + " bytes");
            }
        }
        if (json) {
            Json.print(terminal.out(), list);
        }
        return 0;
    }

    private Optional<Conversion.Place> place() throws CommandFailure {
        if (target == Target.PXE && (platform.isPresent() || settings.isPresent())) {
            throw new CommandFailure(
                    "a PXE set has no disk for a platform: add the arguments to the boot server's");
        }
        Optional<Platform> where = platform.or(() -> keys.flatMap(_ -> ownPlatform()));
        if (where.isEmpty() && settings.isPresent()) {
            throw new CommandFailure(
                    "settings are signed together with a platform: name it with --platform, and the keys with --keys");
        }
        return where.map(it -> new Conversion.Place(it, settings));
    }

    private Optional<Platform> ownPlatform() {
        return switch (target) {
            case AWS -> Optional.of(Platform.AWS);
            case GCE -> Optional.of(Platform.GCE);
            case AZURE -> Optional.of(Platform.AZURE);
            case OPENSTACK -> Optional.of(Platform.OPENSTACK);
            case RAW, QCOW2, VMDK, VHD, VHDX, PXE -> Optional.empty();
        };
    }
}
