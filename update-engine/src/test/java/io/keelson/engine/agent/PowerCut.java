package io.keelson.engine.agent;

/** The machine stops here. No code of ours catches it. */
final class PowerCut extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PowerCut(String where) {
        super("power cut " + where);
    }
}
