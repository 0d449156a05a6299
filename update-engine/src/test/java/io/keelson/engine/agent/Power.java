package io.keelson.engine.agent;

/** Counts the durable changes of a machine and cuts the power at a chosen one. */
final class Power {
    private int changes;
    private int diskChanges;
    private int cutAt = Integer.MAX_VALUE;

    void cutAtChange(int number) {
        cutAt = number;
        changes = 0;
    }

    void neverCut() {
        cutAt = Integer.MAX_VALUE;
    }

    /** Changes of disk and ESP so far. */
    int diskChanges() {
        return diskChanges;
    }

    synchronized void diskChange(String where) {
        diskChanges++;
        change(where);
    }

    synchronized void change(String where) {
        changes++;
        if (changes >= cutAt) {
            throw new PowerCut("at change " + changes + ", " + where);
        }
    }
}
