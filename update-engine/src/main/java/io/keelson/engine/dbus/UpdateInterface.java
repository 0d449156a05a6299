package io.keelson.engine.dbus;

import io.keelson.engine.control.ControlAnswer;
import io.keelson.engine.control.ControlHandler;
import io.keelson.engine.control.ControlRequest;
import io.keelson.engine.json.JsonObject;
import io.keelson.engine.state.AgentRecord;
import io.keelson.engine.state.AgentState;

import java.util.Map;
import java.util.function.Supplier;

/**
 * {@code com.coreos.update1.Manager} as update_engine offers it, answered by the agent. {@code
 * AttemptUpdate} is {@code keelson host check}; {@code ResetStatus} takes back a switch that waits
 * for its reboot, as {@code keelson host rollback} does then, and is nothing on an idle host.
 */
final class UpdateInterface {
    static final String NAME = "com.coreos.update1";
    static final String OBJECT = "/com/coreos/update1";
    static final String INTERFACE = "com.coreos.update1.Manager";
    private static final String FAILED = "com.coreos.update1.Error.Failed";
    private static final String UNKNOWN_METHOD = "org.freedesktop.DBus.Error.UnknownMethod";
    private static final String UNKNOWN_OBJECT = "org.freedesktop.DBus.Error.UnknownObject";

    private static final String DESCRIPTION =
            """
            <!DOCTYPE node PUBLIC "-//freedesktop//DTD D-BUS Object Introspection 1.0//EN"
             "http://www.freedesktop.org/standards/dbus/1.0/introspect.dtd">
            <node>
             <interface name="com.coreos.update1.Manager">
              <method name="AttemptUpdate"/>
              <method name="ResetStatus"/>
              <method name="GetStatus">
               <arg type="x" name="last_checked_time" direction="out"/>
               <arg type="d" name="progress" direction="out"/>
               <arg type="s" name="current_operation" direction="out"/>
               <arg type="s" name="new_version" direction="out"/>
               <arg type="x" name="new_size" direction="out"/>
              </method>
              <signal name="StatusUpdate">
               <arg type="x" name="last_checked_time"/>
               <arg type="d" name="progress"/>
               <arg type="s" name="current_operation"/>
               <arg type="s" name="new_version"/>
               <arg type="x" name="new_size"/>
              </signal>
             </interface>
             <interface name="org.freedesktop.DBus.Introspectable">
              <method name="Introspect"><arg type="s" name="xml_data" direction="out"/></method>
             </interface>
             <interface name="org.freedesktop.DBus.Peer"><method name="Ping"/></interface>
            </node>
            """;

    /** Where the same object is a node of. */
    private static final Map<String, String> PARENTS =
            Map.of(
                    "/", "<node><node name=\"com\"/></node>",
                    "/com", "<node><node name=\"coreos\"/></node>",
                    "/com/coreos", "<node><node name=\"update1\"/></node>");

    private final ControlHandler control;
    private final Supplier<AgentRecord> memory;

    UpdateInterface(ControlHandler control, Supplier<AgentRecord> memory) {
        this.control = control;
        this.memory = memory;
    }

    UpdateStatus status() {
        return UpdateStatus.of(memory.get());
    }

    /** The answer to a call, with this serial. */
    BusMessage answer(BusMessage call, int serial) throws InterruptedException {
        String path = call.header(BusMessage.PATH);
        String member = call.header(BusMessage.MEMBER);
        String where = call.header(BusMessage.INTERFACE);
        if (member.equals("Ping") && isOf(where, "org.freedesktop.DBus.Peer")) {
            return done(call, serial, "", BusMessage.Body.EMPTY);
        }
        if (member.equals("Introspect") && isOf(where, "org.freedesktop.DBus.Introspectable")) {
            String xml = path.equals(OBJECT) ? DESCRIPTION : PARENTS.getOrDefault(path, "");
            return xml.isEmpty()
                    ? failed(call, serial, UNKNOWN_OBJECT, "there is no object " + path)
                    : done(call, serial, "s", BusMessage.Body.of(new WireWriter().text(xml)));
        }
        if (!path.equals(OBJECT)) {
            return failed(call, serial, UNKNOWN_OBJECT, "there is no object " + path);
        }
        return switch (isOf(where, INTERFACE) ? member : "") {
            case "GetStatus" -> done(call, serial, UpdateStatus.SIGNATURE, status().body());
            case "AttemptUpdate" -> asked(call, serial, "/check");
            case "ResetStatus" ->
                    memory.get().state() instanceof AgentState.Idle
                            ? done(call, serial, "", BusMessage.Body.EMPTY)
                            : asked(call, serial, "/rollback");
            default ->
                    failed(
                            call,
                            serial,
                            UNKNOWN_METHOD,
                            "there is no method %s.%s of %s".formatted(where, member, path));
        };
    }

    private BusMessage asked(BusMessage call, int serial, String path) throws InterruptedException {
        ControlAnswer answer = control.handle(new ControlRequest("POST", path, JsonObject.empty()));
        return answer.isOk()
                ? done(call, serial, "", BusMessage.Body.EMPTY)
                : failed(
                        call,
                        serial,
                        FAILED,
                        answer.body().optionalText("message").orElse("refused"));
    }

    /** An interface may be left out of a call. */
    private static boolean isOf(String named, String name) {
        return named.isEmpty() || named.equals(name);
    }

    private static BusMessage done(
            BusMessage call, int serial, String signature, BusMessage.Body body) {
        return BusMessage.of(
                        BusMessage.RETURN, serial, Map.of(BusMessage.SIGNATURE, signature), body)
                .answering(call);
    }

    private static BusMessage failed(BusMessage call, int serial, String name, String sentence) {
        return BusMessage.of(
                        BusMessage.ERROR,
                        serial,
                        Map.of(BusMessage.ERROR_NAME, name, BusMessage.SIGNATURE, "s"),
                        BusMessage.Body.of(new WireWriter().text(sentence)))
                .answering(call);
    }
}
