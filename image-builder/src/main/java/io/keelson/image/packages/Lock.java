package io.keelson.image.packages;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The exact packages of an image, in the order of their names.
 *
 * @param arch Debian architecture
 * @param suites the suites that were searched
 * @param packages the choice
 * @param jdk the JDK whose runtime is linked into the image, if it gets one
 */
public record Lock(
        String arch, List<String> suites, List<LockedPackage> packages, Optional<Jdk> jdk) {
    /**
     * A JDK, identified by what a runtime is linked from.
     *
     * @param version as its release file states it
     * @param sha256 of its classes and its virtual machine
     */
    public record Jdk(String version, String sha256) {}

    public Lock {
        suites = List.copyOf(suites);
        packages = packages.stream().sorted(Comparator.comparing(LockedPackage::name)).toList();
    }

    /** A lock of an image without a Java runtime. */
    public Lock(String arch, List<String> suites, List<LockedPackage> packages) {
        this(arch, suites, packages, Optional.empty());
    }

    /** Reads what {@link #write} wrote. */
    public static Lock read(InputStream in) throws IOException {
        return LockJson.read(in);
    }

    /** Writes JSON; the same lock gives the same bytes. */
    public void write(OutputStream out) throws IOException {
        LockJson.write(this, out);
    }

    /** The package with a name, if the image has it. */
    public Optional<LockedPackage> find(String name) {
        return packages.stream().filter(each -> each.name().equals(name)).findFirst();
    }

    /** The same packages with a JDK beside them. */
    public Lock with(Jdk pinned) {
        return new Lock(arch, suites, packages, Optional.of(pinned));
    }
}
