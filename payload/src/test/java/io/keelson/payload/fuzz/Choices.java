package io.keelson.payload.fuzz;

/**
 * The decisions of one fuzzed input, taken from its bytes; when they run out, every decision is 0.
 * The same bytes always make the same input, whoever found them.
 */
final class Choices {
    private final byte[] program;
    private int position;

    Choices(byte[] program) {
        this.program = program;
    }

    boolean exhausted() {
        return position >= program.length;
    }

    int octet() {
        if (position >= program.length) {
            return 0;
        }
        int next = program[position] & 0xFF;
        position++;
        return next;
    }

    /** 0 up to, not including, {@code bound}. */
    int below(int bound) {
        if (bound <= 1) {
            return 0;
        }
        int value = bound <= 256 ? octet() : octet() << 8 | octet();
        return value % bound;
    }

    boolean oneIn(int bound) {
        return below(bound) == bound - 1;
    }

    long number() {
        long value = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            value = value << 8 | octet();
        }
        return value;
    }

    /** All bytes that are left. */
    byte[] rest() {
        byte[] rest = new byte[Math.max(0, program.length - position)];
        System.arraycopy(program, Math.min(position, program.length), rest, 0, rest.length);
        position = program.length;
        return rest;
    }
}
