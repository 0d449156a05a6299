package io.keelson.reboot.group;

import io.keelson.reboot.group.RebootGroup.Failures;
import io.keelson.reboot.group.RebootGroup.Halt;
import io.keelson.reboot.group.RebootGroup.Holder;
import io.keelson.reboot.group.RebootGroup.LastFailure;
import io.keelson.reboot.group.RebootGroup.Waiting;

import okio.Buffer;
import okio.ByteString;

import org.jspecify.annotations.Nullable;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Document version 1 of a reboot group.
 *
 * <p>Strict on purpose: whoever writes the document writes all of it, so a reader that skipped a
 * field it does not know would erase it. A later form gets another {@code v}.
 *
 * <p>A fence is the revision of the write that granted the slot, which that write cannot contain.
 * It stores {@code null}; whoever reads the document knows the revision it was last written at, and
 * the next write stores it.
 */
public final class GroupJson {
    static final int VERSION = 1;

    /** Far below the 1.5 MiB etcd takes in one request. */
    public static final int DOCUMENT_BYTES_MAX = 1024 * 1024;

    private static final JsonFactory JSON =
            JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

    private GroupJson() {}

    public static ByteString write(RebootGroup group) {
        var buffer = new Buffer();
        try (var json = JSON.createGenerator(ObjectWriteContext.empty(), buffer.outputStream())) {
            json.writeStartObject();
            json.writeNumberProperty("v", VERSION);
            writeFields(json, group);
            json.writeEndObject();
        }
        return buffer.readByteString();
    }

    /** The document's fields, without its version, into an object that is open. */
    public static void writeFields(JsonGenerator json, RebootGroup group) {
        json.writeObjectPropertyStart("max");
        json.writeNumberProperty("abs", group.max());
        // Slots as a share of the fleet: reserved, only null is known to version 1.
        json.writeNullProperty("pct");
        json.writeEndObject();
        writeFailures(json, group.failures());
        if (group.halted().isPresent()) {
            Halt halt = group.halted().get();
            json.writeObjectPropertyStart("halted");
            json.writeStringProperty("reason", halt.reason());
            json.writeStringProperty("at", halt.at().toString());
            json.writeEndObject();
        } else {
            json.writeNullProperty("halted");
        }
        json.writeArrayPropertyStart("holders");
        group.holders().forEach(holder -> writeHolder(json, holder));
        json.writeEndArray();
        json.writeArrayPropertyStart("queue");
        group.queue().forEach(waiting -> writeWaiting(json, waiting));
        json.writeEndArray();
    }

    /**
     * The group a document describes.
     *
     * @param revision the store's revision of the write that left this document
     * @throws IOException when this is not a document of version 1
     */
    public static RebootGroup read(ByteString document, long revision) throws IOException {
        if (document.size() > DOCUMENT_BYTES_MAX) {
            throw new IOException("the document is larger than " + DOCUMENT_BYTES_MAX + " bytes");
        }
        try (var json = JSON.createParser(ObjectReadContext.empty(), document.toByteArray())) {
            json.nextToken();
            RebootGroup group = readGroup(new JsonFields(json, "document"), revision);
            if (json.nextToken() != null) {
                throw new IOException("text follows the document");
            }
            return group;
        } catch (JacksonException e) {
            throw new IOException("not JSON: " + e.getOriginalMessage(), e);
        } catch (IllegalArgumentException | ArithmeticException | DateTimeException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static void writeFailures(JsonGenerator json, Failures failures) {
        json.writeObjectPropertyStart("failures");
        json.writeNumberProperty("used", failures.used());
        json.writeNumberProperty("max", failures.max());
        json.writeStringProperty("since", failures.since().toString());
        if (failures.last().isPresent()) {
            LastFailure last = failures.last().get();
            json.writeObjectPropertyStart("last");
            json.writeStringProperty("id", last.id());
            json.writeStringProperty("reason", last.reason());
            json.writeStringProperty("at", last.at().toString());
            json.writeStringProperty("req", last.request());
            json.writeEndObject();
        } else {
            json.writeNullProperty("last");
        }
        json.writeEndObject();
    }

    private static void writeHolder(JsonGenerator json, Holder holder) {
        json.writeStartObject();
        json.writeStringProperty("id", holder.id());
        json.writeStringProperty("boot", holder.boot());
        json.writeStringProperty("state", holder.state().wire());
        if (holder.fence() == RebootGroup.FENCE_OF_THIS_WRITE) {
            json.writeNullProperty("fence");
        } else {
            json.writeNumberProperty("fence", holder.fence());
        }
        json.writeStringProperty("req", holder.request());
        json.writeStringProperty("since", holder.since().toString());
        json.writeEndObject();
    }

    private static void writeWaiting(JsonGenerator json, Waiting waiting) {
        json.writeStartObject();
        json.writeStringProperty("id", waiting.id());
        json.writeStringProperty("req", waiting.request());
        json.writeStringProperty("since", waiting.since().toString());
        json.writeEndObject();
    }

    private static RebootGroup readGroup(JsonFields fields, long revision) {
        int max = 0;
        Failures failures = null;
        Optional<Halt> halted = Optional.empty();
        List<Holder> holders = List.of();
        List<Waiting> queue = List.of();
        while (fields.next()) {
            switch (fields.name()) {
                case "v" -> requireVersion(fields.number());
                case "max" -> max = readMax(fields.object());
                case "failures" -> failures = readFailures(fields.object());
                case "halted" ->
                        halted = fields.absent() ? halted : Optional.of(readHalt(fields.object()));
                case "holders" -> holders = fields.list(each -> readHolder(each, revision));
                case "queue" -> queue = fields.list(GroupJson::readWaiting);
                default -> throw fields.unknown();
            }
        }
        fields.require("v", "max", "failures", "halted", "holders", "queue");
        return new RebootGroup(max, present(failures), halted, holders, queue);
    }

    private static void requireVersion(long version) {
        if (version != VERSION) {
            throw new IllegalArgumentException(
                    "the document has version " + version + " but this release reads " + VERSION);
        }
    }

    private static int readMax(JsonFields fields) {
        int slots = 0;
        while (fields.next()) {
            switch (fields.name()) {
                case "abs" -> slots = Math.toIntExact(fields.number());
                case "pct" -> fields.requireAbsent();
                default -> throw fields.unknown();
            }
        }
        fields.require("abs", "pct");
        return slots;
    }

    private static Failures readFailures(JsonFields fields) {
        int used = 0;
        int max = 0;
        Instant since = Instant.EPOCH;
        Optional<LastFailure> last = Optional.empty();
        while (fields.next()) {
            switch (fields.name()) {
                case "used" -> used = Math.toIntExact(fields.number());
                case "max" -> max = Math.toIntExact(fields.number());
                case "since" -> since = fields.instant();
                case "last" ->
                        last =
                                fields.absent()
                                        ? last
                                        : Optional.of(readLastFailure(fields.object()));
                default -> throw fields.unknown();
            }
        }
        fields.require("used", "max", "since", "last");
        return new Failures(used, max, since, last);
    }

    private static LastFailure readLastFailure(JsonFields fields) {
        String id = "";
        String reason = "";
        String request = "";
        Instant at = Instant.EPOCH;
        while (fields.next()) {
            switch (fields.name()) {
                case "id" -> id = fields.text();
                case "reason" -> reason = fields.text();
                case "at" -> at = fields.instant();
                case "req" -> request = fields.text();
                default -> throw fields.unknown();
            }
        }
        fields.require("id", "reason", "at", "req");
        return new LastFailure(id, reason, at, request);
    }

    private static Halt readHalt(JsonFields fields) {
        String reason = "";
        Instant at = Instant.EPOCH;
        while (fields.next()) {
            switch (fields.name()) {
                case "reason" -> reason = fields.text();
                case "at" -> at = fields.instant();
                default -> throw fields.unknown();
            }
        }
        fields.require("reason", "at");
        return new Halt(reason, at);
    }

    private static Holder readHolder(JsonFields fields, long revision) {
        String id = "";
        String boot = "";
        String request = "";
        long fence = revision;
        Instant since = Instant.EPOCH;
        HolderState state = HolderState.GRANTED;
        while (fields.next()) {
            switch (fields.name()) {
                case "id" -> id = fields.text();
                case "boot" -> boot = fields.text();
                case "state" -> state = HolderState.ofWire(fields.text());
                case "fence" -> fence = fields.absent() ? revision : fields.positive();
                case "req" -> request = fields.text();
                case "since" -> since = fields.instant();
                default -> throw fields.unknown();
            }
        }
        fields.require("id", "boot", "state", "fence", "req", "since");
        return new Holder(id, boot, state, fence, request, since);
    }

    private static Waiting readWaiting(JsonFields fields) {
        String id = "";
        String request = "";
        Instant since = Instant.EPOCH;
        while (fields.next()) {
            switch (fields.name()) {
                case "id" -> id = fields.text();
                case "req" -> request = fields.text();
                case "since" -> since = fields.instant();
                default -> throw fields.unknown();
            }
        }
        fields.require("id", "req", "since");
        return new Waiting(id, request, since);
    }

    private static <T> T present(@Nullable T value) {
        if (value == null) {
            throw new IllegalArgumentException("a part of the document is missing");
        }
        return value;
    }
}
