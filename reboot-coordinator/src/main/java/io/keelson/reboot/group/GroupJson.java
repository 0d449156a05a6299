package io.keelson.reboot.group;

import io.keelson.reboot.group.RebootGroup.Failures;
import io.keelson.reboot.group.RebootGroup.Generation;
import io.keelson.reboot.group.RebootGroup.Halt;
import io.keelson.reboot.group.RebootGroup.Holder;
import io.keelson.reboot.group.RebootGroup.LastFailure;

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
 * Document version 2 of a reboot group, and the documents of those who wait for it.
 *
 * <p>Strict on purpose: whoever writes the document writes all of it, so a reader that skipped a
 * field it does not know would erase it. A later form gets another {@code v}.
 *
 * <p>A fence of {@code null}, as an imported holder has it, is the revision of the write that
 * brought the holder here.
 */
public final class GroupJson {
    static final int VERSION = 2;

    /** Far below the 1.5 MiB etcd takes in one request. */
    public static final int DOCUMENT_BYTES_MAX = 1024 * 1024;

    private static final JsonFactory JSON =
            JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

    private GroupJson() {}

    public static ByteString write(RebootGroup group) {
        return written(json -> {
            json.writeStartObject();
            json.writeNumberProperty("v", VERSION);
            writeFields(json, group);
            json.writeEndObject();
        });
    }

    /** The document's fields, without its version, into an object that is open. */
    public static void writeFields(JsonGenerator json, RebootGroup group) {
        Generation generation = group.generation();
        json.writeObjectPropertyStart("gen");
        json.writeStringProperty("store", generation.store());
        json.writeNumberProperty("n", generation.number());
        json.writeStringProperty("policy", generation.policySource());
        json.writeNumberProperty("fence", generation.lastFence());
        json.writeEndObject();
        json.writeName("policy");
        PolicyJson.write(json, group.policy());
        writeFailures(json, group.failures());
        if (group.halted().isPresent()) {
            Halt halt = group.halted().get();
            json.writeObjectPropertyStart("halted");
            json.writeStringProperty("reason", halt.reason());
            json.writeStringProperty("at", halt.at().toString());
            json.writeStringProperty("actor", halt.actor());
            json.writeEndObject();
        } else {
            json.writeNullProperty("halted");
        }
        json.writeArrayPropertyStart("holders");
        group.holders().forEach(holder -> writeHolder(json, holder));
        json.writeEndArray();
    }

    /** The document of one who waits; its place is told by the store. */
    public static ByteString write(Waiter waiter) {
        return written(json -> {
            json.writeStartObject();
            writeFields(json, waiter);
            json.writeEndObject();
        });
    }

    /** A waiter's fields into an object that is open. */
    public static void writeFields(JsonGenerator json, Waiter waiter) {
        json.writeStringProperty("id", waiter.id());
        json.writeStringProperty("boot", waiter.boot());
        json.writeStringProperty("version", waiter.version());
        json.writeStringProperty("req", waiter.request());
        json.writeStringProperty("since", waiter.since().toString());
        json.writeNumberProperty("n", waiter.place().index());
    }

    /**
     * The group a document describes.
     *
     * @param revision the store's revision of the write that left this document
     * @throws IOException when this is not a document of version 2
     */
    public static RebootGroup read(ByteString document, long revision) throws IOException {
        return read(document, fields -> readGroup(fields, revision));
    }

    /**
     * One who waits.
     *
     * @param created revision that made the document
     * @param modified revision that wrote it last
     * @throws IOException when this is not the document of a waiter
     */
    public static Waiter readWaiter(ByteString document, long created, long modified)
            throws IOException {
        return read(document, fields -> readWaiter(fields, created, modified));
    }

    private interface Content {
        void write(JsonGenerator json);
    }

    private static ByteString written(Content content) {
        var buffer = new Buffer();
        try (var json = JSON.createGenerator(ObjectWriteContext.empty(), buffer.outputStream())) {
            content.write(json);
        }
        return buffer.readByteString();
    }

    private static <T> T read(ByteString document, JsonFields.Reader<T> reader) throws IOException {
        if (document.size() > DOCUMENT_BYTES_MAX) {
            throw new IOException("the document is larger than " + DOCUMENT_BYTES_MAX + " bytes");
        }
        try (var json = JSON.createParser(ObjectReadContext.empty(), document.toByteArray())) {
            json.nextToken();
            T value = reader.read(new JsonFields(json, "document"));
            if (json.nextToken() != null) {
                throw new IOException("text follows the document");
            }
            return value;
        } catch (JacksonException e) {
            throw new IOException("not JSON: " + e.getOriginalMessage(), e);
        } catch (IllegalArgumentException | ArithmeticException | DateTimeException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static void writeFailures(JsonGenerator json, Failures failures) {
        json.writeObjectPropertyStart("failures");
        json.writeNumberProperty("used", failures.used());
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
        json.writeStringProperty("version", holder.version());
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

    private static RebootGroup readGroup(JsonFields fields, long revision) {
        Generation generation = null;
        GroupPolicy policy = null;
        Failures failures = null;
        Optional<Halt> halted = Optional.empty();
        List<Holder> holders = List.of();
        while (fields.next()) {
            switch (fields.name()) {
                case "v" -> requireVersion(fields.number());
                case "gen" -> generation = readGeneration(fields.object());
                case "policy" -> policy = PolicyJson.read(fields.object());
                case "failures" -> failures = readFailures(fields.object());
                case "halted" ->
                        halted = fields.absent() ? halted : Optional.of(readHalt(fields.object()));
                case "holders" -> holders = fields.list(each -> readHolder(each, revision));
                default -> throw fields.unknown();
            }
        }
        fields.require("v", "gen", "policy", "failures", "halted", "holders");
        return new RebootGroup(
                present(generation), present(policy), present(failures), halted, holders);
    }

    private static void requireVersion(long version) {
        if (version != VERSION) {
            throw new IllegalArgumentException(
                    "the document has version " + version + " but this release reads " + VERSION);
        }
    }

    private static Generation readGeneration(JsonFields fields) {
        String store = "";
        int number = 0;
        String policy = "";
        long lastFence = 0;
        while (fields.next()) {
            switch (fields.name()) {
                case "fence" -> lastFence = fields.number();
                case "store" -> store = fields.text();
                case "n" -> number = Math.toIntExact(fields.number());
                case "policy" -> policy = fields.text();
                default -> throw fields.unknown();
            }
        }
        fields.require("store", "n", "policy");
        return new Generation(store, number, policy, lastFence);
    }

    private static Failures readFailures(JsonFields fields) {
        int used = 0;
        Instant since = Instant.EPOCH;
        Optional<LastFailure> last = Optional.empty();
        while (fields.next()) {
            switch (fields.name()) {
                case "used" -> used = Math.toIntExact(fields.number());
                case "since" -> since = fields.instant();
                case "last" ->
                        last =
                                fields.absent()
                                        ? last
                                        : Optional.of(readLastFailure(fields.object()));
                default -> throw fields.unknown();
            }
        }
        fields.require("used", "since", "last");
        return new Failures(used, since, last);
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
        String actor = "";
        Instant at = Instant.EPOCH;
        while (fields.next()) {
            switch (fields.name()) {
                case "reason" -> reason = fields.text();
                case "at" -> at = fields.instant();
                case "actor" -> actor = fields.text();
                default -> throw fields.unknown();
            }
        }
        fields.require("reason", "at", "actor");
        return new Halt(reason, at, actor);
    }

    private static Holder readHolder(JsonFields fields, long revision) {
        String id = "";
        String boot = "";
        String version = "";
        String request = "";
        long fence = revision;
        Instant since = Instant.EPOCH;
        HolderState state = HolderState.GRANTED;
        while (fields.next()) {
            switch (fields.name()) {
                case "id" -> id = fields.text();
                case "boot" -> boot = fields.text();
                case "version" -> version = fields.text();
                case "state" -> state = HolderState.ofWire(fields.text());
                case "fence" -> fence = fields.absent() ? revision : fields.positive();
                case "req" -> request = fields.text();
                case "since" -> since = fields.instant();
                default -> throw fields.unknown();
            }
        }
        fields.require("id", "boot", "version", "state", "fence", "req", "since");
        return new Holder(id, boot, version, state, fence, request, since);
    }

    private static Waiter readWaiter(JsonFields fields, long created, long modified) {
        String id = "";
        String boot = "";
        String version = "";
        String request = "";
        Instant since = Instant.EPOCH;
        int index = 0;
        while (fields.next()) {
            switch (fields.name()) {
                case "id" -> id = fields.text();
                case "boot" -> boot = fields.text();
                case "version" -> version = fields.text();
                case "req" -> request = fields.text();
                case "since" -> since = fields.instant();
                case "n" -> index = Math.toIntExact(fields.number());
                default -> throw fields.unknown();
            }
        }
        fields.require("id", "boot", "version", "req", "since", "n");
        return new Waiter(
                id, boot, version, request, since, new Waiter.Place(created, index, modified));
    }

    private static <T> T present(@Nullable T value) {
        if (value == null) {
            throw new IllegalArgumentException("a part of the document is missing");
        }
        return value;
    }
}
