package io.keelson.disk.pe;

/**
 * One section header.
 *
 * @param virtualSize exact length of its content
 * @param rawOffset place in the file
 * @param rawSize space in the file, padded
 */
public record PeSection(
        String name, long virtualAddress, long virtualSize, long rawOffset, long rawSize) {}
