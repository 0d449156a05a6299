package io.keelson.etcd;

import io.keelson.etcd.Transaction.Compare;
import io.keelson.etcd.Transaction.Operation;

import okio.Buffer;
import okio.ByteString;

import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

import java.util.List;
import java.util.function.Consumer;

/**
 * Request bodies of the gateway: keys and values in base64, 64-bit numbers as strings.
 *
 * @see <a href="https://etcd.io/docs/v3.4/dev-guide/api_grpc_gateway/">etcd: gRPC gateway</a>
 */
final class RequestJson {
    private static final JsonFactory JSON = new JsonFactory();

    private RequestJson() {}

    static ByteString range(Range range) {
        return object(json -> writeRange(json, range));
    }

    static ByteString put(Operation.Put put) {
        return object(json -> writePut(json, put));
    }

    static ByteString delete(Range range) {
        return object(json -> writeKeys(json, range));
    }

    static ByteString transaction(Transaction transaction) {
        return object(json -> {
            json.writeArrayPropertyStart("compare");
            transaction.compares().forEach(compare -> writeCompare(json, compare));
            json.writeEndArray();
            writeOperations(json, "success", transaction.success());
            writeOperations(json, "failure", transaction.failure());
        });
    }

    static ByteString leaseGrant(long id, long ttlSeconds) {
        return object(json -> {
            writeLong(json, "ID", id);
            writeLong(json, "TTL", ttlSeconds);
        });
    }

    static ByteString leaseStanding(long id) {
        return object(json -> {
            writeLong(json, "ID", id);
            json.writeBooleanProperty("keys", true);
        });
    }

    static ByteString login(EtcdUser user) {
        return object(json -> {
            json.writeStringProperty("name", user.name());
            json.writeStringProperty("password", user.password());
        });
    }

    static ByteString nothing() {
        return object(_ -> {});
    }

    static ByteString lease(long id) {
        return object(json -> writeLong(json, "ID", id));
    }

    static ByteString watch(Range range, long fromRevision) {
        return object(json -> {
            json.writeObjectPropertyStart("create_request");
            writeKeys(json, range);
            writeLong(json, "start_revision", fromRevision);
            json.writeEndObject();
        });
    }

    private static ByteString object(Consumer<JsonGenerator> fields) {
        var buffer = new Buffer();
        try (var json = JSON.createGenerator(ObjectWriteContext.empty(), buffer.outputStream())) {
            json.writeStartObject();
            fields.accept(json);
            json.writeEndObject();
        }
        return buffer.readByteString();
    }

    private static void writeOperations(
            JsonGenerator json, String branch, List<Operation> operations) {
        json.writeArrayPropertyStart(branch);
        for (Operation operation : operations) {
            json.writeStartObject();
            switch (operation) {
                case Operation.Put put -> {
                    json.writeObjectPropertyStart("request_put");
                    writePut(json, put);
                }
                case Operation.Read(var range) -> {
                    json.writeObjectPropertyStart("request_range");
                    writeRange(json, range);
                }
                case Operation.Delete(var range) -> {
                    json.writeObjectPropertyStart("request_delete_range");
                    writeKeys(json, range);
                }
            }
            json.writeEndObject();
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void writeCompare(JsonGenerator json, Compare compare) {
        json.writeStartObject();
        json.writeStringProperty("key", ByteString.encodeUtf8(compare.key()).base64());
        json.writeStringProperty("result", compare.relation().name());
        switch (compare) {
            case Compare.ModRevision c -> {
                json.writeStringProperty("target", "MOD");
                writeLong(json, "mod_revision", c.revision());
            }
            case Compare.CreateRevision c -> {
                json.writeStringProperty("target", "CREATE");
                writeLong(json, "create_revision", c.revision());
            }
            case Compare.Version c -> {
                json.writeStringProperty("target", "VERSION");
                writeLong(json, "version", c.version());
            }
            case Compare.Value c -> {
                json.writeStringProperty("target", "VALUE");
                json.writeStringProperty("value", c.value().base64());
            }
        }
        json.writeEndObject();
    }

    private static void writeRange(JsonGenerator json, Range range) {
        writeKeys(json, range);
        writeLong(json, "revision", range.revision());
        Range.Page page = range.page();
        writeLong(json, "limit", page.limit());
        writeLong(json, "min_create_revision", page.createdFrom());
        if (page.order() == Range.Order.CREATED) {
            json.writeStringProperty("sort_order", "ASCEND");
            json.writeStringProperty("sort_target", "CREATE");
        }
        switch (page.parts()) {
            case KEYS_AND_VALUES -> {}
            case KEYS -> json.writeBooleanProperty("keys_only", true);
            case COUNT -> json.writeBooleanProperty("count_only", true);
        }
    }

    private static void writeKeys(JsonGenerator json, Range range) {
        json.writeStringProperty("key", range.key().base64());
        if (range.end().size() > 0) {
            json.writeStringProperty("range_end", range.end().base64());
        }
    }

    private static void writePut(JsonGenerator json, Operation.Put put) {
        json.writeStringProperty("key", ByteString.encodeUtf8(put.key()).base64());
        json.writeStringProperty("value", put.value().base64());
        writeLong(json, "lease", put.lease());
    }

    private static void writeLong(JsonGenerator json, String name, long value) {
        if (value != 0) {
            json.writeStringProperty(name, Long.toString(value));
        }
    }
}
