package io.keelson.reboot.rules;

import io.keelson.reboot.group.Names;

/**
 * One call as it is evaluated now.
 *
 * @param request id of the call, the same when it is evaluated again
 * @param actor who asks, for the audit log
 * @param index place of the call among those of one write
 * @param maybeDone an earlier attempt of this same call may have been written
 */
public record Call(String request, String actor, int index, boolean maybeDone) {
    public Call {
        Names.require("request id", request);
        actor = Names.oneLine(actor);
    }

    /** A call that was not tried before. */
    public static Call first(String request, String actor) {
        return new Call(request, actor, 0, false);
    }
}
