package io.keelson.image.rootfs;

import io.keelson.image.archive.ArchiveException;
import io.keelson.image.archive.ArchiveKeys;
import io.keelson.image.archive.Mirrors;
import io.keelson.image.archive.Origin;
import io.keelson.image.packages.LockedPackage;
import io.keelson.image.recipe.PackageSelection;
import io.keelson.image.recipe.Repository;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Where a recipe's suites and repositories are. */
final class Origins {
    private final PackageSource source;
    private final PackageSelection selection;

    Origins(PackageSource source, PackageSelection selection) {
        this.source = source;
        this.selection = selection;
    }

    /** Everything that is searched for packages. */
    List<Origin> all() throws IOException {
        var debian = ArchiveKeys.debian(source.keyrings());
        List<Origin> origins = new ArrayList<>();
        for (String suite : selection.sources().suites()) {
            origins.add(
                    Origin.debian(
                            suite, source.mirrors(), selection.sources().components(), debian));
        }
        for (Repository each : selection.sources().repositories()) {
            origins.add(
                    new Origin(
                            each.name(),
                            each.uri(),
                            each.suite(),
                            each.components(),
                            List.of(each.keyring())));
        }
        return origins;
    }

    /** Where a locked package is fetched from. */
    URI location(LockedPackage locked) throws ArchiveException {
        Optional<URI> repository =
                selection.sources().repositories().stream()
                        .filter(each -> each.name().equals(locked.suite()))
                        .map(each -> slashed(each.uri()))
                        .findFirst();
        boolean debian =
                selection.sources().suites().contains(locked.suite())
                        || Mirrors.isDebian(locked.suite());
        if (repository.isEmpty() && !debian) {
            throw new ArchiveException(
                    "packages.lock takes %s from %s, which the recipe does not name under repositories: lock again"
                            .formatted(locked.id(), locked.suite()));
        }
        // Epochs and plus signs are legal in a path; only a colon in the first part would not be.
        return repository
                .orElseGet(() -> source.mirrors().base(locked.suite()))
                .resolve("./" + locked.filename());
    }

    private static URI slashed(URI uri) {
        return uri.toString().endsWith("/") ? uri : URI.create(uri + "/");
    }
}
