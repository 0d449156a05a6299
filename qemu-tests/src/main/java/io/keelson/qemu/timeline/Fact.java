package io.keelson.qemu.timeline;

/**
 * Something that was seen to be so.
 *
 * @param point which numbered point of the main job it belongs to
 * @param claim what should be so
 * @param observed what was seen, in the words of who showed it
 */
public record Fact(int point, String claim, String observed) {}
