package io.keelson.cli.image;

import io.keelson.cli.terminal.Json;
import io.keelson.cli.terminal.Terminal;
import io.keelson.cli.terminal.TerminalProgress;
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
            description = "for aws: the Secure Boot keys that its firmware is to start with")
    private Optional<Path> keys = Optional.empty();

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
                new Conversion(source, target, out, compress, keys)
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
}
