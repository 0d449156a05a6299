package io.keelson.image.report;

import io.keelson.image.standin.ScriptReport;
import io.keelson.image.standin.ScriptReport.Cover;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The report on maintainer scripts as a file. */
public final class ScriptsJson {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private ScriptsJson() {}

    /** One entry per script, in the order of the packages. */
    public static String of(ScriptReport report) {
        ObjectNode root = JSON.createObjectNode();
        ArrayNode scripts = root.putArray("scripts");
        for (ScriptReport.Script script : report.scripts()) {
            ObjectNode one =
                    scripts.addObject()
                            .put("package", script.packageName())
                            .put("script", script.script());
            switch (script.cover()) {
                case Cover.StandIn(var standIn) ->
                        one.put("cover", "reviewed").put("instead", standIn);
                case Cover.KnownCommands(var commands) -> {
                    one.put("cover", "commands").put("instead", String.join("; ", commands));
                }
                case Cover.Waived(var reason) -> one.put("cover", "waived").put("instead", reason);
                case Cover.Missing(var line) -> one.put("cover", "none").put("instead", line);
            }
        }
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    }
}
