package io.keelson.image.standin;

import java.util.List;

/**
 * Every maintainer script that was not run, and what does its work instead.
 *
 * @param scripts in the order of their packages
 */
public record ScriptReport(List<Script> scripts) {
    public ScriptReport {
        scripts = List.copyOf(scripts);
    }

    /** One script of one package. */
    public record Script(String packageName, String script, Cover cover) {}

    /** Why a script need not run. */
    public sealed interface Cover {
        /** Read line by line by a person; {@code standIn} says what takes its place. */
        record StandIn(String standIn) implements Cover {}

        /** Every command in it is one that has a stand-in or nothing to do in an image. */
        record KnownCommands(List<String> commands) implements Cover {}

        /** The recipe says so. */
        record Waived(String reason) implements Cover {}

        /** Nothing; {@code line} is the first line that nobody knows. */
        record Missing(String line) implements Cover {}
    }

    /** Scripts that nothing covers. */
    public List<Script> missing() {
        return scripts.stream().filter(s -> s.cover() instanceof Cover.Missing).toList();
    }
}
