package io.keelson.cli.reboot;

import io.keelson.cli.terminal.CommandFailure;
import io.keelson.cli.terminal.Json;
import io.keelson.reboot.group.GroupPolicy;
import io.keelson.reboot.group.PolicyFile;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;

/** The policy of one group, from a file or from the group's document. */
final class GroupPolicies {
    private GroupPolicies() {}

    static GroupPolicy of(JsonNode group) throws IOException {
        ObjectNode file = Json.object();
        file.putObject("groups").set("asked", group.path("policy"));
        return Objects.requireNonNull(PolicyFile.parse(file.toString()).groups().get("asked"));
    }

    static GroupPolicy in(Path file, String group) throws IOException {
        PolicyFile policies = PolicyFile.read(file);
        GroupPolicy policy = policies.groups().get(group);
        if (policy == null) {
            throw new CommandFailure(
                    "%s says nothing about group %s, only about %s: name one with --group"
                            .formatted(file, group, String.join(", ", policies.groups().keySet())));
        }
        return policy;
    }
}
