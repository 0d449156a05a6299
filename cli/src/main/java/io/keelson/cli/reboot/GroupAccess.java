package io.keelson.cli.reboot;

import io.keelson.reboot.group.Slots;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.time.Duration;

/** A group, through a coordinator or straight in etcd; documents are those of GET /v2/groups. */
interface GroupAccess {
    /** The boot id of a holder that is a person or a script; such a one is never overdue. */
    String OPERATOR = "operator";

    JsonNode status() throws IOException;

    JsonNode halt(String reason) throws IOException;

    JsonNode resume() throws IOException;

    JsonNode setSlots(Slots slots) throws IOException;

    /** Frees the slot, or takes one that waits out of the line. */
    JsonNode release(String id) throws IOException;

    /** Waits that long; the fence of the slot. A failure says why there is none. */
    long request(String id, Duration atMost) throws IOException;
}
