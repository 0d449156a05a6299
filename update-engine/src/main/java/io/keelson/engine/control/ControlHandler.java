package io.keelson.engine.control;

/** Answers the calls on the control socket; called on many threads. */
@FunctionalInterface
public interface ControlHandler {
    ControlAnswer handle(ControlRequest request) throws InterruptedException;
}
