package io.keelson.image.packages;

import java.util.List;

/** Why a package must or must not be chosen. */
sealed interface Conclusion {
    /** The recipe, or the archive's mark as essential, asks for it. */
    record Wanted(BinaryPackage one, String by) implements Conclusion {}

    /**
     * A package depends on one of some others.
     *
     * @param relations the alternatives as the package writes them
     * @param candidates packages that would do, best first
     */
    record Needs(BinaryPackage one, List<Relation> relations, List<BinaryPackage> candidates)
            implements Conclusion {}

    /** A package excludes another by Conflicts or Breaks. */
    record Clashes(BinaryPackage one, Relation against, BinaryPackage other)
            implements Conclusion {}

    /** Of one name, one version. */
    record OneVersion(BinaryPackage one, BinaryPackage other) implements Conclusion {}
}
