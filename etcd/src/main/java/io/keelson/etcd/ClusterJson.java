package io.keelson.etcd;

import io.keelson.etcd.ResponseJson.Unreadable;

import okio.ByteString;

import org.jspecify.annotations.Nullable;

import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Answers of the gateway about members, leases and logins. */
final class ClusterJson {
    private static final int MEMBERS_MAX = 64;

    private ClusterJson() {}

    /** Members as one of them lists them. */
    record Members(ResponseHeader header, List<Member> members) {}

    static String token(ByteString body) {
        var token = new String[] {""};
        answer(
                body,
                (name, json) -> {
                    if (name.equals("token")) {
                        token[0] = json.getString();
                    } else {
                        json.skipChildren();
                    }
                });
        // It becomes a header line of every later request.
        if (token[0].isEmpty() || !token[0].chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new Unreadable("no token that fits a header");
        }
        return token[0];
    }

    static Members members(ByteString body) {
        var members = new ArrayList<Member>();
        ResponseHeader header =
                answer(
                        body,
                        (name, json) -> {
                            if (name.equals("members")) {
                                ResponseJson.elements(json, () -> members.add(readMember(json)));
                            } else {
                                json.skipChildren();
                            }
                        });
        if (members.isEmpty() || members.size() > MEMBERS_MAX) {
            throw new Unreadable("a cluster of " + members.size() + " members");
        }
        return new Members(header, List.copyOf(members));
    }

    static MemberStatus status(ByteString body) {
        var texts = new String[] {"", "0"};
        var bytes = new long[2];
        var errors = new ArrayList<String>();
        ResponseHeader header =
                answer(
                        body,
                        (name, json) -> {
                            switch (name) {
                                case "version" -> texts[0] = json.getString();
                                case "leader" -> texts[1] = json.getString();
                                case "dbSize" -> bytes[0] = ResponseJson.number(json);
                                case "dbSizeInUse" -> bytes[1] = ResponseJson.number(json);
                                case "errors" -> errors.addAll(strings(json));
                                default -> json.skipChildren();
                            }
                        });
        return new MemberStatus(
                header, texts[0], texts[1], new MemberStatus.Database(bytes[0], bytes[1]), errors);
    }

    static Lease.Standing standing(ByteString body) {
        var numbers = new long[3];
        var keys = new ArrayList<String>();
        answer(
                body,
                (name, json) -> {
                    switch (name) {
                        case "ID" -> numbers[0] = ResponseJson.number(json);
                        case "TTL" -> numbers[1] = ResponseJson.number(json);
                        case "grantedTTL" -> numbers[2] = ResponseJson.number(json);
                        case "keys" -> strings(json).forEach(key -> keys.add(decoded(key)));
                        default -> json.skipChildren();
                    }
                });
        // etcd answers -1 for a lease it does not have.
        return new Lease.Standing(new Lease(numbers[0], Math.max(0, numbers[1])), numbers[2], keys);
    }

    private interface Field {
        void read(String name, JsonParser json);
    }

    private static ResponseHeader answer(ByteString body, Field field) {
        var header = new @Nullable ResponseHeader[1];
        Consumer<JsonParser> reader =
                json ->
                        ResponseJson.fields(
                                json,
                                name -> {
                                    if (name.equals("header")) {
                                        header[0] = ResponseJson.readHeader(json);
                                    } else {
                                        field.read(name, json);
                                    }
                                });
        ResponseJson.parse(body, reader);
        ResponseHeader found = header[0];
        if (found == null) {
            throw new Unreadable("no header");
        }
        return found;
    }

    private static Member readMember(JsonParser json) {
        var texts = new String[] {"0", ""};
        var learner = new boolean[1];
        var urls = new ArrayList<URI>();
        ResponseJson.fields(
                json,
                name -> {
                    switch (name) {
                        case "ID" -> texts[0] = json.getString();
                        case "name" -> texts[1] = json.getString();
                        case "isLearner" -> learner[0] = ResponseJson.bool(json);
                        case "clientURLs" -> strings(json).forEach(url -> urls.add(uri(url)));
                        default -> json.skipChildren();
                    }
                });
        return new Member(texts[0], texts[1], learner[0], urls);
    }

    private static URI uri(String text) {
        try {
            return URI.create(text);
        } catch (IllegalArgumentException _) {
            throw new Unreadable("a member's address that is none: " + text);
        }
    }

    private static String decoded(String base64) {
        ByteString bytes = ByteString.decodeBase64(base64);
        if (bytes == null) {
            throw new Unreadable("expected base64");
        }
        return bytes.utf8();
    }

    private static List<String> strings(JsonParser json) {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            throw new Unreadable("expected a list, found " + json.currentToken());
        }
        var texts = new ArrayList<String>();
        while (json.nextToken() == JsonToken.VALUE_STRING) {
            texts.add(json.getString());
        }
        if (json.currentToken() != JsonToken.END_ARRAY) {
            throw new Unreadable("a list of something other than text");
        }
        return texts;
    }
}
