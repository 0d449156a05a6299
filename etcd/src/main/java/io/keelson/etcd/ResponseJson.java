package io.keelson.etcd;

import okio.ByteString;

import org.jspecify.annotations.Nullable;

import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Answers of the gateway. It omits fields that are false, 0 or empty, so only the header proves
 * that etcd answered: an answer without one is unreadable, not empty.
 */
final class ResponseJson {
    private static final JsonFactory JSON = new JsonFactory();

    private ResponseJson() {}

    /** An answer that etcd does not give. */
    static final class Unreadable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unreadable(String what) {
            super(what);
        }
    }

    /** How the gateway reports an error: the gRPC status code, -1 when absent, and its text. */
    record Failure(int code, String message) {}

    static Failure failure(ByteString body) {
        var code = new int[] {-1};
        var message = new String[] {""};
        parse(body, json -> fields(json, name -> readFailureField(json, name, code, message)));
        return new Failure(code[0], message[0]);
    }

    static Range.Answer range(ByteString body) {
        var raw = new Raw();
        parse(body, json -> readInto(raw, json));
        return new Range.Answer(raw.requireHeader(), raw.values, raw.count, raw.more);
    }

    static ResponseHeader header(ByteString body) {
        var raw = new Raw();
        parse(body, json -> readInto(raw, json));
        return raw.requireHeader();
    }

    static long deleted(ByteString body) {
        var raw = new Raw();
        parse(body, json -> readInto(raw, json));
        raw.requireHeader();
        return raw.deleted;
    }

    static Transaction.Answer transaction(ByteString body) {
        var raw = new Raw();
        parse(body, json -> readInto(raw, json));
        return new Transaction.Answer(raw.requireHeader(), raw.succeeded, raw.steps);
    }

    static Lease lease(ByteString body) {
        var raw = new Raw();
        parse(body, json -> readInto(raw, json));
        raw.requireHeader();
        return new Lease(raw.leaseId, raw.ttlSeconds);
    }

    static Watch.Step watchStep(ByteString line) {
        var raw = new Raw();
        parse(line, json -> readInto(raw, json));
        if (raw.compacted > 0) {
            return new Watch.Step.Ended(
                    Watch.End.COMPACTED, "etcd kept no changes before revision " + raw.compacted);
        }
        if (raw.failure.length() > 0 || raw.canceled) {
            return new Watch.Step.Ended(Watch.End.LOST, "etcd ended the watch: " + raw.failure);
        }
        long now = raw.requireHeader().revision();
        // A watch that catches up is told in batches: the header is ahead of what it has told yet.
        long told = raw.changes.isEmpty() ? now : raw.changes.getLast().revision();
        return new Watch.Step.Changed(told, raw.changes);
    }

    /** Everything the answers of this client can hold; each caller takes its part. */
    private static final class Raw {
        @Nullable ResponseHeader header;
        final List<KeyValue> values = new ArrayList<>();
        final List<Transaction.Step> steps = new ArrayList<>();
        final List<Watch.Change> changes = new ArrayList<>();
        boolean more;
        long count;
        boolean succeeded;
        boolean canceled;
        long deleted;
        long leaseId;
        long ttlSeconds;
        long compacted;
        String failure = "";

        ResponseHeader requireHeader() {
            if (header == null) {
                throw new Unreadable("no header");
            }
            return header;
        }
    }

    private static void readInto(Raw raw, JsonParser json) {
        fields(
                json,
                name -> {
                    switch (name) {
                        // Streams wrap each of their answers in one more object.
                        case "result" -> readInto(raw, json);
                        case "header" -> raw.header = readHeader(json);
                        case "kvs" -> elements(json, () -> raw.values.add(readKeyValue(json)));
                        case "responses" -> elements(json, () -> raw.steps.add(readStep(json)));
                        case "events" -> elements(json, () -> raw.changes.add(readChange(json)));
                        case "more" -> raw.more = bool(json);
                        case "count" -> raw.count = number(json);
                        case "succeeded" -> raw.succeeded = bool(json);
                        case "canceled" -> raw.canceled = bool(json);
                        case "cancel_reason" -> raw.failure = json.getString();
                        case "compact_revision" -> raw.compacted = number(json);
                        case "deleted" -> raw.deleted = number(json);
                        case "ID" -> raw.leaseId = number(json);
                        case "TTL" -> raw.ttlSeconds = number(json);
                        case "error" -> raw.failure = readError(json);
                        default -> json.skipChildren();
                    }
                });
    }

    private static String readError(JsonParser json) {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            return json.getString();
        }
        var code = new int[] {-1};
        var message = new String[] {"unknown error"};
        fields(json, name -> readFailureField(json, name, code, message));
        return message[0];
    }

    private static void readFailureField(
            JsonParser json, String name, int[] code, String[] message) {
        switch (name) {
            case "code", "grpc_code" -> code[0] = Math.toIntExact(number(json));
            case "message" -> message[0] = json.getString();
            case "error" -> {
                if (json.currentToken() == JsonToken.VALUE_STRING && message[0].isEmpty()) {
                    message[0] = json.getString();
                } else {
                    json.skipChildren();
                }
            }
            default -> json.skipChildren();
        }
    }

    static ResponseHeader readHeader(JsonParser json) {
        var ids = new String[] {"0", "0"};
        var revision = new long[1];
        fields(
                json,
                name -> {
                    switch (name) {
                        case "cluster_id" -> ids[0] = json.getString();
                        case "member_id" -> ids[1] = json.getString();
                        case "revision" -> revision[0] = number(json);
                        default -> json.skipChildren();
                    }
                });
        return new ResponseHeader(ids[0], ids[1], revision[0]);
    }

    private static KeyValue readKeyValue(JsonParser json) {
        var bytes = new ByteString[] {ByteString.EMPTY, ByteString.EMPTY};
        var numbers = new long[4];
        fields(
                json,
                name -> {
                    switch (name) {
                        case "key" -> bytes[0] = base64(json);
                        case "value" -> bytes[1] = base64(json);
                        case "create_revision" -> numbers[0] = number(json);
                        case "mod_revision" -> numbers[1] = number(json);
                        case "version" -> numbers[2] = number(json);
                        case "lease" -> numbers[3] = number(json);
                        default -> json.skipChildren();
                    }
                });
        return new KeyValue(
                bytes[0].utf8(), bytes[1], numbers[0], numbers[1], numbers[2], numbers[3]);
    }

    private static Transaction.Step readStep(JsonParser json) {
        var step = new Transaction.Step[1];
        fields(
                json,
                name -> {
                    var raw = new Raw();
                    readInto(raw, json);
                    step[0] =
                            switch (name) {
                                case "response_put" -> new Transaction.Step.Written();
                                case "response_range" ->
                                        new Transaction.Step.Found(raw.values, raw.count);
                                case "response_delete_range" ->
                                        new Transaction.Step.Deleted(raw.deleted);
                                default -> throw new Unreadable("unknown step " + name);
                            };
                });
        if (step[0] == null) {
            throw new Unreadable("an empty step");
        }
        return step[0];
    }

    private static Watch.Change readChange(JsonParser json) {
        var type = new String[] {"PUT"};
        var value = new KeyValue[1];
        fields(
                json,
                name -> {
                    switch (name) {
                        case "type" -> type[0] = json.getString();
                        case "kv" -> value[0] = readKeyValue(json);
                        default -> json.skipChildren();
                    }
                });
        KeyValue changed = value[0];
        if (changed == null) {
            throw new Unreadable("a change without a key");
        }
        return switch (type[0]) {
            case "PUT" -> new Watch.Change.Put(changed);
            case "DELETE" -> new Watch.Change.Deleted(changed.key(), changed.modRevision());
            default -> throw new Unreadable("unknown change " + type[0]);
        };
    }

    static void parse(ByteString body, Consumer<JsonParser> reader) {
        try (var json = JSON.createParser(ObjectReadContext.empty(), body.toByteArray())) {
            json.nextToken();
            reader.accept(json);
        }
    }

    static void fields(JsonParser json, Consumer<String> field) {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            throw new Unreadable("expected an object, found " + json.currentToken());
        }
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = json.currentName();
            json.nextToken();
            field.accept(name);
        }
        if (json.currentToken() != JsonToken.END_OBJECT) {
            throw new Unreadable("an object that does not end");
        }
    }

    static void elements(JsonParser json, Runnable element) {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            throw new Unreadable("expected a list, found " + json.currentToken());
        }
        while (json.nextToken() == JsonToken.START_OBJECT) {
            element.run();
        }
        if (json.currentToken() != JsonToken.END_ARRAY) {
            throw new Unreadable("a list that does not end");
        }
    }

    static boolean bool(JsonParser json) {
        return switch (json.currentToken()) {
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> throw new Unreadable("expected true or false, found " + json.currentToken());
        };
    }

    static long number(JsonParser json) {
        return switch (json.currentToken()) {
            case VALUE_STRING -> Long.parseLong(json.getString());
            case VALUE_NUMBER_INT -> json.getLongValue();
            default -> throw new Unreadable("expected a number, found " + json.currentToken());
        };
    }

    static ByteString base64(JsonParser json) {
        ByteString bytes =
                json.currentToken() == JsonToken.VALUE_STRING
                        ? ByteString.decodeBase64(json.getString())
                        : null;
        if (bytes == null) {
            throw new Unreadable("expected base64");
        }
        return bytes;
    }
}
