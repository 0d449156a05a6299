package io.keelson.cli.reboot;

import io.keelson.cli.terminal.CommandFailure;
import io.keelson.etcd.EtcdLogin;
import io.keelson.etcd.EtcdUser;
import io.keelson.etcd.TlsFiles;

import okhttp3.OkHttpClient;

import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Whom to believe at the other end, a coordinator or etcd, and what to show it. */
final class SecurityOptions {
    @Option(
            names = "--ca",
            paramLabel = "FILE",
            description = "who vouches for the coordinator or etcd (PEM; default: the system's)")
    private Optional<Path> authority = Optional.empty();

    @Option(
            names = "--cert",
            paramLabel = "FILE",
            description = "client certificate (PEM), with --key")
    private Optional<Path> certificate = Optional.empty();

    @Option(names = "--key", paramLabel = "FILE", description = "its key (PEM, PKCS #8)")
    private Optional<Path> key = Optional.empty();

    @Option(
            names = "--etcd-user",
            paramLabel = "NAME",
            description = "log in to etcd, with --etcd-password")
    private Optional<String> user = Optional.empty();

    @Option(
            names = "--etcd-password",
            paramLabel = "FILE",
            description = "file with the password of etcd's user")
    private Optional<Path> password = Optional.empty();

    OkHttpClient http() throws IOException {
        if (certificate.isPresent() != key.isPresent()) {
            throw new CommandFailure("--cert and --key go together");
        }
        if (authority.isEmpty() && certificate.isEmpty()) {
            return new OkHttpClient();
        }
        var identity =
                certificate.map(file -> new TlsFiles.ClientIdentity(file, key.orElseThrow()));
        return new TlsFiles(authority, identity).applyTo(new OkHttpClient());
    }

    Optional<EtcdUser> etcdUser() throws IOException {
        if (user.isPresent() != password.isPresent()) {
            throw new CommandFailure("--etcd-user and --etcd-password go together");
        }
        return user.isEmpty()
                ? Optional.empty()
                : Optional.of(new EtcdLogin(user.get(), password.orElseThrow()).read());
    }
}
