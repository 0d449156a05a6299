package io.keelson.payload.patch;

/**
 * Makes one estimate out of several by weights that it learns (M. Mahoney, "Adaptive Weighing of
 * Context Models for Lossless Data Compression"). Integers only: both sides must come to the same
 * result on every machine.
 */
final class Mixer {
    /** Odds are logarithms, 256 to the natural one, within these bounds. */
    private static final int ODDS_MAX = 2047;

    private static final int RATE = 4;
    private static final int WEIGHT_ONE = 1 << 16;
    private static final int ESTIMATE_MIN = 24;
    private static final int[] STRETCH = stretch();
    private static final int[] SQUASH = squash();
    private static final int[] SHARE = share();

    /** A small result touches few counters, and a payload may hold thousands of small results. */
    private static final int PAGE_BITS = 7;

    /**
     * Counters are kept with this bit turned, so that an even chance is zero: a page as it is made.
     */
    private static final int EVEN = 1 << 31;

    private final int[][][] tables;
    private final int slotMask;
    private final int[][] pages;
    private final int[] slots;
    private final int[] odds;
    private final int[] weights;
    private int weightsAt;
    private int estimate;

    /**
     * @param inputs number of contexts
     * @param slotBits each context has 2 to this power of counters
     * @param sets number of sets of weights
     */
    Mixer(int inputs, int slotBits, int sets) {
        tables = new int[inputs][1 << Math.max(0, slotBits - PAGE_BITS)][];
        slotMask = (1 << slotBits) - 1;
        pages = new int[inputs][];
        slots = new int[inputs];
        odds = new int[inputs];
        weights = new int[inputs * sets];
        java.util.Arrays.fill(weights, WEIGHT_ONE * 2 / 5);
    }

    /** Chooses the counter of an input; only the lowest bits of the hash count. */
    void slot(int input, int hash) {
        int mixed = hash * 0x9E3779B1;
        int slot = (mixed ^ mixed >>> 15) & slotMask;
        int[][] table = tables[input];
        int[] page = table[slot >>> PAGE_BITS];
        if (page == null) {
            page = new int[1 << PAGE_BITS];
            table[slot >>> PAGE_BITS] = page;
        }
        pages[input] = page;
        slots[input] = slot & (1 << PAGE_BITS) - 1;
    }

    /** How likely a one is, of 65536. */
    int estimate(int set) {
        weightsAt = set * odds.length;
        long sum = 0;
        for (int i = 0; i < odds.length; i++) {
            odds[i] = STRETCH[(pages[i][slots[i]] ^ EVEN) >>> 20];
            sum += (long) odds[i] * weights[weightsAt + i];
        }
        int mixed = Math.clamp(sum >> 16, -ODDS_MAX, ODDS_MAX);
        estimate = SQUASH[mixed + ODDS_MAX + 1];
        return Math.clamp(estimate, ESTIMATE_MIN, 65536 - ESTIMATE_MIN);
    }

    void learn(int bit) {
        int error = ((bit << 16) - estimate) * RATE;
        for (int i = 0; i < odds.length; i++) {
            weights[weightsAt + i] += (odds[i] * error + 0x8000) >> 16;
            int[] page = pages[i];
            int counter = page[slots[i]] ^ EVEN;
            int count = counter & 0x3FF;
            int probability = counter >>> 10;
            int target = bit << 22;
            probability += (int) (((long) (target - probability) * SHARE[count]) >> 16);
            probability = Math.clamp(probability, 1 << 8, (1 << 22) - (1 << 8));
            page[slots[i]] = (probability << 10 | Math.min(count + 1, SHARE.length - 1)) ^ EVEN;
        }
    }

    private static int[] stretch() {
        int[] table = new int[4096];
        for (int i = 0; i < table.length; i++) {
            double p = (i + 0.5) / table.length;
            double odds = StrictMath.log(p / (1 - p)) * 256;
            table[i] = (int) Math.clamp(StrictMath.rint(odds), -ODDS_MAX, ODDS_MAX);
        }
        return table;
    }

    private static int[] squash() {
        int[] table = new int[2 * (ODDS_MAX + 1)];
        for (int i = 0; i < table.length; i++) {
            double odds = (i - ODDS_MAX - 1) / 256.0;
            table[i] = (int) StrictMath.rint(65536 / (1 + StrictMath.exp(-odds)));
        }
        return table;
    }

    /** The share of the error by which a counter moves: less with every use. */
    private static int[] share() {
        int[] table = new int[160];
        for (int i = 0; i < table.length; i++) {
            table[i] = (int) (65536 / (i + 1.6));
        }
        return table;
    }
}
