package io.keelson.engine.departure;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The answer of logind's {@code ListInhibitors} as {@code busctl --json=short} prints it: {@code
 * {"type":"a(ssssuu)","data":[[[what,who,why,mode,uid,pid],…]]}} (org.freedesktop.login1(5)).
 */
final class Inhibitors {
    private static final JsonFactory JSON = new JsonFactory();
    private static final Set<String> BLOCKING = Set.of("block", "block-weak");
    private static final int WHAT = 0;
    private static final int WHO = 1;
    private static final int WHY = 2;
    private static final int MODE = 3;
    private static final int FIELDS = 6;

    private Inhibitors() {}

    /** The first that blocks a shutdown; those that only delay one get their time from logind. */
    static Optional<String> blocker(String answer) {
        for (List<String> inhibitor : list(answer)) {
            boolean isShutdown = List.of(inhibitor.get(WHAT).split(":", -1)).contains("shutdown");
            if (isShutdown && BLOCKING.contains(inhibitor.get(MODE))) {
                return Optional.of(
                        "%s blocks a shutdown: %s"
                                .formatted(inhibitor.get(WHO), inhibitor.get(WHY)));
            }
        }
        return Optional.empty();
    }

    private static List<List<String>> list(String answer) {
        var found = new ArrayList<List<String>>();
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), answer)) {
            var fields = new ArrayList<String>();
            for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
                switch (token) {
                    case START_ARRAY -> fields.clear();
                    case VALUE_STRING, VALUE_NUMBER_INT -> fields.add(json.getString());
                    case END_ARRAY -> {
                        if (fields.size() == FIELDS) {
                            found.add(List.copyOf(fields));
                        }
                        fields.clear();
                    }
                    default -> {
                        // The object around the list.
                    }
                }
            }
        } catch (JacksonException _) {
            // As with a bus that does not answer: nobody is known to object.
            return List.of();
        }
        return found;
    }
}
