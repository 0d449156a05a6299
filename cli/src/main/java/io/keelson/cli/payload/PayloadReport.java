package io.keelson.cli.payload;

import io.keelson.cli.terminal.Json;
import io.keelson.payload.PayloadSummary;
import io.keelson.payload.manifest.Capability;
import io.keelson.payload.manifest.OperationType;

import tools.jackson.databind.node.ObjectNode;

import java.util.Map;
import java.util.TreeMap;

/** A payload as a document: what it is, and where its bytes went. */
public final class PayloadReport {
    private PayloadReport() {}

    /** Every fact of the summary. */
    public static ObjectNode of(PayloadSummary summary) {
        ObjectNode document = Json.object().put("version", summary.version());
        document.put("size", summary.file().sizeBytes())
                .put("sha256", summary.file().sha256().hex());
        summary.rootHash().ifPresent(hash -> document.put("rootHash", hash.hex()));
        var partitions = document.putArray("partitions");
        for (PayloadSummary.Partition partition : summary.partitions()) {
            ObjectNode entry = partitions.addObject().put("name", partition.name());
            entry.put("size", partition.sizeBytes()).put("dataBytes", partition.dataBytes());
            ObjectNode operations = entry.putObject("operations");
            for (Map.Entry<OperationType, PayloadSummary.Share> share :
                    new TreeMap<>(partition.operations()).entrySet()) {
                operations
                        .putObject(share.getKey().name())
                        .put("count", share.getValue().count())
                        .put("dataBytes", share.getValue().dataBytes())
                        .put("writtenBytes", share.getValue().writtenBytes());
            }
        }
        var needs = document.putArray("needs");
        summary.capabilities().stream().map(Capability::text).sorted().forEach(needs::add);
        var signers = document.putArray("signers");
        summary.signers().forEach(signers::add);
        return document;
    }
}
