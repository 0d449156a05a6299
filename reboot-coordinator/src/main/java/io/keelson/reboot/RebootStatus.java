package io.keelson.reboot;

/**
 * A group as read at one revision of the store.
 *
 * @param group name of the group
 * @param revision revision of the document, 0 when nobody has written it yet
 */
public record RebootStatus(String group, long revision, RebootGroup document) {
    /** One JSON object; the fields are those of the stored document plus the derived ones. */
    public String toJson() {
        throw new UnsupportedOperationException();
    }
}
