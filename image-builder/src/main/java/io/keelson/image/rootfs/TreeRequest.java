package io.keelson.image.rootfs;

import io.keelson.image.packages.Lock;
import io.keelson.image.recipe.Recipe;
import io.keelson.image.tree.RootTree;

import java.util.Optional;

/**
 * What a tree is to be made of.
 *
 * @param recipe the recipe
 * @param version the release's version, for os-release
 * @param lock packages that are already pinned; empty to choose them now
 * @param additions files beside the packages', put before accounts and units are read
 */
public record TreeRequest(
        Recipe recipe, String version, Optional<Lock> lock, Optional<RootTree> additions) {}
