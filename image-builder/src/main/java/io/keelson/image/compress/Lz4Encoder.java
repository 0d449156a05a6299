package io.keelson.image.compress;

import java.util.Arrays;

/**
 * LZ4 blocks (lz4, doc/lz4_Block_format.md), found by hash chains and one step of lazy matching.
 *
 * <pre>
 * sequence = token, [literal length bytes], literals, offset u16 le, [match length bytes]
 * token    = literal length (high 4 bits, 15: more follow) | match length - 4 (low 4 bits, likewise)
 * end      = a sequence of literals only: the last 5 bytes are literals, and the last match
 *            starts at least 12 bytes before the end
 * </pre>
 */
final class Lz4Encoder implements ClusterEncoder {
    static final int BLOCKS_MAX = 8;
    static final int WINDOW_LOG = 16;

    private static final int OUTPUT_MAX = BLOCKS_MAX * BLOCK_BYTES;
    private static final int CONTENT_MAX = 1 << 20;
    private static final int WINDOW = (1 << WINDOW_LOG) - 1;
    private static final int MATCH_MIN = 4;
    private static final int LAST_LITERALS = 5;
    private static final int LAST_MATCH_DISTANCE = 12;
    private static final int LENGTH_IN_TOKEN = 15;
    private static final int HASH_BITS = 16;
    private static final int CHAIN_MASK = WINDOW;
    private static final int CANDIDATES_MAX = 24;

    /** A match this long is taken without a look at the next one. */
    private static final int GOOD_MATCH = 256;

    /** What the closing literals may still need once a sequence is written. */
    private static final int RESERVE = 1 + LAST_MATCH_DISTANCE - MATCH_MIN;

    private final int[] heads = new int[1 << HASH_BITS];
    private final int[] chain = new int[CHAIN_MASK + 1];
    private final byte[] out = new byte[OUTPUT_MAX];
    private byte[] content = new byte[0];
    private int start;
    private int matchLimit;
    private int inserted;
    private int matchAt;
    private int written;

    @Override
    public Cluster encode(byte[] bytes, int from, int to) {
        int end = Math.min(to, from + CONTENT_MAX);
        begin(bytes, from, end);
        int anchor = from;
        int at = from;
        int closing = 0;
        while (at <= end - LAST_MATCH_DISTANCE) {
            int length = longest(at);
            if (length < MATCH_MIN) {
                at++;
                continue;
            }
            int found = matchAt;
            if (length < GOOD_MATCH && at + 1 <= end - LAST_MATCH_DISTANCE) {
                int next = longest(at + 1);
                if (next > length) {
                    at++;
                    continue;
                }
            }
            int need = cost(at - anchor, length);
            if (written + need + RESERVE > OUTPUT_MAX) {
                break;
            }
            sequence(anchor, at - anchor, at - found, length);
            at += length;
            anchor = at;
            closing = Math.max(LAST_LITERALS, LAST_MATCH_DISTANCE - length);
        }
        int literals = closingLiterals(end - anchor);
        if (literals < closing) {
            throw new IllegalStateException("no room for the closing literals");
        }
        literals(anchor, literals, 0);
        return new Cluster(anchor + literals - from, out, written);
    }

    @Override
    public void close() {
        // Nothing outside the heap.
    }

    private void begin(byte[] bytes, int from, int end) {
        Arrays.fill(heads, -1);
        content = bytes;
        start = from;
        inserted = from;
        matchLimit = end - LAST_LITERALS;
        written = 0;
    }

    /** The length of the longest match at a place, whose other end is then {@link #matchAt}. */
    private int longest(int at) {
        while (inserted < at) {
            insert(inserted++);
        }
        int oldest = Math.max(start, at - WINDOW);
        int best = 0;
        int candidate = heads[hash(at)];
        for (int tries = CANDIDATES_MAX; candidate >= oldest && tries > 0; tries--) {
            if (best == 0
                    || (at + best < matchLimit
                            && content[candidate + best] == content[at + best])) {
                int length = matchLength(candidate, at);
                if (length > best) {
                    best = length;
                    matchAt = candidate;
                }
            }
            candidate = chain[candidate & CHAIN_MASK];
        }
        return best;
    }

    private int matchLength(int candidate, int at) {
        int mismatch =
                Arrays.mismatch(
                        content, candidate, candidate + matchLimit - at, content, at, matchLimit);
        return mismatch < 0 ? matchLimit - at : mismatch;
    }

    private void insert(int at) {
        int hash = hash(at);
        chain[at & CHAIN_MASK] = heads[hash];
        heads[hash] = at;
    }

    private int hash(int at) {
        int word =
                (content[at] & 0xFF)
                        | ((content[at + 1] & 0xFF) << 8)
                        | ((content[at + 2] & 0xFF) << 16)
                        | (content[at + 3] << 24);
        return (word * 0x9E3779B1) >>> (32 - HASH_BITS);
    }

    private static int cost(int literals, int match) {
        return 3 + extra(literals) + literals + extra(match - MATCH_MIN);
    }

    /** Bytes that follow a token because its four bits do not hold a length. */
    private static int extra(int length) {
        return length < LENGTH_IN_TOKEN ? 0 : (length - LENGTH_IN_TOKEN) / 255 + 1;
    }

    /** The most literals that fit behind a token, with the bytes of their length. */
    private int closingLiterals(int available) {
        int room = OUTPUT_MAX - written - 1;
        int literals = Math.min(available, room);
        while (literals + extra(literals) > room) {
            literals--;
        }
        return literals;
    }

    private void sequence(int anchor, int literals, int offset, int match) {
        literals(anchor, literals, Math.min(match - MATCH_MIN, LENGTH_IN_TOKEN));
        out[written++] = (byte) offset;
        out[written++] = (byte) (offset >>> 8);
        lengthBytes(match - MATCH_MIN);
    }

    private void literals(int anchor, int literals, int matchBits) {
        out[written++] = (byte) ((Math.min(literals, LENGTH_IN_TOKEN) << 4) | matchBits);
        lengthBytes(literals);
        System.arraycopy(content, anchor, out, written, literals);
        written += literals;
    }

    private void lengthBytes(int length) {
        if (length < LENGTH_IN_TOKEN) {
            return;
        }
        int left = length - LENGTH_IN_TOKEN;
        for (; left >= 255; left -= 255) {
            out[written++] = (byte) 255;
        }
        out[written++] = (byte) left;
    }
}
