package io.keelson.cli;

import io.keelson.cli.terminal.Columns;
import io.keelson.cli.terminal.CommandFailure;
import io.keelson.cli.terminal.Json;
import io.keelson.cli.terminal.Terminal;
import io.keelson.image.sign.KeyRotation;
import io.keelson.image.sign.SigningKeys;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import tools.jackson.databind.node.ArrayNode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** The keys of a fleet: update signing, and PK, KEK and db of Secure Boot. */
@Command(
        name = "keys",
        description = "makes and shows the keys of a fleet",
        mixinStandardHelpOptions = true)
final class KeysCommand extends CommandGroup {
    /** No key or certificate is larger. */
    private static final int KEY_BYTES_MAX = 64 << 10;

    private final Terminal terminal;

    KeysCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Command(
            name = "generate",
            description = "makes all keys in a new directory; existing keys are never overwritten",
            mixinStandardHelpOptions = true)
    int generate(
            @Option(names = "--dir", required = true, description = "where to put them")
                    Path directory)
            throws IOException {
        SigningKeys.generate(directory, new SecureRandom());
        terminal.out()
                .println(
                        "keys made in "
                                + directory
                                + "; keep *.key and update.key.pem to yourself");
        return 0;
    }

    @Command(
            name = "show",
            description = "lists the public halves with their SHA-256, private ones by name only",
            mixinStandardHelpOptions = true)
    int show(
            @Option(names = "--dir", required = true, description = "where they are")
                    Path directory,
            @Option(names = "--json", description = "for programs") boolean json)
            throws IOException {
        if (!Files.isDirectory(directory)) {
            throw new CommandFailure(
                    "there is no directory "
                            + directory
                            + ": make keys with 'keelson keys generate'");
        }
        ArrayNode list = Json.MAPPER.createArrayNode();
        Columns table = new Columns("FILE", "SHA-256");
        for (Path file : files(directory)) {
            String name = file.getFileName().toString();
            String digest = isPrivate(name) ? "(private)" : sha256(file);
            list.addObject().put("file", name).put("sha256", digest);
            table.row(name, digest);
        }
        if (json) {
            Json.print(terminal.out(), list);
        } else {
            table.print(terminal.out());
        }
        return SigningKeys.complete(directory) ? 0 : incomplete(directory);
    }

    @Command(
            name = "rotate",
            description = {
                "replaces the update key in three steps, each after every host has the images of the one before:",
                "without an option makes the next key, which images then trust as well; --activate lets it sign;"
                        + " --retire ends the trust in the old one. Nothing is overwritten."
            },
            mixinStandardHelpOptions = true)
    int rotate(
            @Option(names = "--dir", required = true, description = "where the keys are")
                    Path directory,
            @Option(names = "--activate", description = "let the next key sign") boolean activate,
            @Option(names = "--retire", description = "put the previous key away") boolean retire)
            throws IOException {
        if (activate && retire) {
            throw new CommandFailure(
                    "--activate and --retire are two steps: every host has to be updated in between");
        }
        if (activate) {
            KeyRotation.activate(directory);
            say("the next key signs now; when every host runs a release it signed, use --retire");
        } else if (retire) {
            Path away = KeyRotation.retire(directory);
            say("new images trust the current key alone; the old one is in " + away);
        } else {
            Path next = KeyRotation.prepare(directory, new SecureRandom());
            say(
                    "made "
                            + next
                            + "; when every host runs a release built from now on, use --activate");
        }
        return 0;
    }

    private void say(String sentence) {
        terminal.out().println(sentence);
    }

    private int incomplete(Path directory) {
        terminal.err().println("keelson: the set of keys in " + directory + " is not complete");
        return 1;
    }

    private static boolean isPrivate(String name) {
        return name.endsWith(".key") || name.endsWith(".key.pem");
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static String sha256(Path file) throws IOException {
        if (Files.size(file) > KEY_BYTES_MAX) {
            return "(no key: too large)";
        }
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(Files.readAllBytes(file)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
