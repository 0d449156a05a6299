package io.keelson.image.standin;

import io.keelson.image.standin.ScriptReport.Cover;
import io.keelson.image.standin.ScriptReport.Script;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tells for every maintainer script whether the image does without it: line by line, so that an
 * update that makes a script do something new is noticed.
 */
public final class MaintainerScripts {
    /** What takes the place of a command, wherever it is used. */
    static final Map<String, String> COMMANDS =
            Map.ofEntries(
                    Map.entry("dpkg-maintscript-helper", "for upgrades; an image is always fresh"),
                    Map.entry("deb-systemd-helper", "units are linked as the recipe says"),
                    Map.entry("deb-systemd-invoke", "nothing runs while an image is built"),
                    Map.entry("systemctl", "nothing runs while an image is built"),
                    Map.entry("update-rc.d", "units are linked as the recipe says"),
                    Map.entry("invoke-rc.d", "nothing runs while an image is built"),
                    Map.entry("systemd-sysusers", "accounts are made at build time"),
                    Map.entry("systemd-tmpfiles", "runs at every boot"),
                    Map.entry("ldconfig", "ld.so searches the libraries' directories by itself"),
                    Map.entry("update-alternatives", "alternatives are linked at build time"),
                    Map.entry("db_version", "debconf asks nobody"),
                    Map.entry("db_stop", "debconf asks nobody"),
                    Map.entry("db_purge", "debconf asks nobody"),
                    Map.entry(". /usr/share/debconf/confmodule", "debconf asks nobody"),
                    Map.entry("update-menus", "no menus"),
                    Map.entry("update-initramfs", "the builder makes the initrd"),
                    Map.entry(
                            "dpkg-trigger --no-await update-initramfs",
                            "the builder makes the initrd"),
                    Map.entry("dpkg --compare-versions", "for upgrades"));

    private static final Pattern COMMAND =
            Pattern.compile(
                    "(?:"
                            + String.join(
                                    "|", COMMANDS.keySet().stream().map(Pattern::quote).toList())
                            + ")(?![-a-zA-Z0-9])");

    /** Words of the shell that do nothing by themselves. */
    private static final Pattern STRUCTURE =
            Pattern.compile(
                    "#.*|set -[a-z]+|then|else|fi(?: #.*)?|esac|case .*|exit [0-9]+|exit|do|done|[{}]|:"
                            + "|\\[ .* \\]|return.*|true|continue|break|shift|umask [0-9]+|\\\\|[>&12/]*|\\|"
                            // the labels of a case
                            + "|[^()\\s`]+(?: ?\\| ?[^()\\s`]+)*\\)");

    /** What only asks. */
    private static final Pattern TEST =
            Pattern.compile(
                    "(?:\\[ [^<>]* \\]|(?:test|which|command -v|type|grep -q|getent) [^<>]*)"
                            + "(?: ?[12&]?>(?:/dev/null|&[12]))*");

    /** Sets variables, loops over words, prints. */
    private static final Pattern HARMLESS =
            Pattern.compile(
                    "(?:local |export )?[A-Za-z_][A-Za-z0-9_]*=(?:\"[^\"]*\"|'[^']*'|[^\\s\"']*)"
                            + "|for [A-Za-z_]+ in [^<>]*|echo [^<>]*(?:1?>&2)?");

    /** Diversions with which packages moved out of the split /usr; an image never was split. */
    private static final Pattern USR_MERGE =
            Pattern.compile("dpkg-divert [^;|]*\\.usr-is-merged[^;|]*");

    private static final Pattern INIT_SCRIPT =
            Pattern.compile("chmod \\+x \"?/etc/init\\.d/[a-z.-]+\"?(?: >/dev/null)?");

    private static final Pattern FUNCTION =
            Pattern.compile("([A-Za-z_][A-Za-z0-9_]*) ?\\(\\)(?: ?\\{)?");
    private static final Pattern KEYWORD =
            Pattern.compile("^(?:(?:then|else|do|if|elif|while|!|\\{)\\s+)+");
    private static final Pattern SEPARATOR = Pattern.compile("\\s*(?:&&|\\|\\||;)\\s*");

    private MaintainerScripts() {}

    /**
     * Classifies the scripts of packages.
     *
     * @param scripts by package and script name
     * @param waivers reasons by package
     * @throws IOException if a script is neither covered nor waived
     */
    public static ScriptReport report(
            Map<String, Map<String, String>> scripts, Map<String, String> waivers)
            throws IOException {
        ReviewedScripts reviewed = ReviewedScripts.shipped();
        List<Script> all = new ArrayList<>();
        new LinkedHashMap<>(scripts)
                .forEach((name, byScript) ->
                        byScript.forEach((script, text) -> {
                            Cover cover =
                                    Optional.ofNullable(waivers.get(name))
                                            .<Cover>map(Cover.Waived::new)
                                            .orElseGet(() -> cover(name, text, reviewed));
                            all.add(new Script(name, script, cover));
                        }));
        ScriptReport report = new ScriptReport(all);
        for (Script script : report.missing()) {
            if (script.cover() instanceof Cover.Missing(var line)) {
                throw new IOException(
                        "the %s of package %s does something no stand-in covers%s: \"%s\"; exclude the package, or say under scriptWaivers: why the image works without"
                                .formatted(
                                        script.script(),
                                        script.packageName(),
                                        reviewed.knows(script.packageName())
                                                ? " and that was not there when it was reviewed"
                                                : "",
                                        line));
            }
        }
        return report;
    }

    private static Cover cover(String name, String text, ReviewedScripts reviewed) {
        Set<String> commands = new TreeSet<>();
        List<String> unknown = unknown(text, commands);
        if (unknown.isEmpty()) {
            return new Cover.KnownCommands(
                    commands.stream().map(each -> each + ": " + COMMANDS.get(each)).toList());
        }
        Optional<String> odd =
                unknown.stream().filter(line -> !reviewed.allows(name, line)).findFirst();
        return odd.<Cover>map(Cover.Missing::new)
                .orElseGet(() -> new Cover.StandIn(reviewed.standIn(name)));
    }

    /** Lines that do more than the known commands, in their order. */
    static List<String> unknown(String text, Set<String> commands) {
        List<String> lines =
                text.replace("\\\n", " ")
                        .lines()
                        .map(line -> line.strip().replaceAll("\\s+", " "))
                        .filter(line -> !line.isEmpty())
                        .toList();
        Set<String> functions = new TreeSet<>();
        for (String line : lines) {
            Matcher function = FUNCTION.matcher(line);
            if (function.matches()) {
                functions.add(function.group(1));
            }
        }
        return lines.stream().filter(line -> !isKnown(line, functions, commands)).toList();
    }

    private static boolean isKnown(String line, Set<String> functions, Set<String> commands) {
        if (line.startsWith("#") || FUNCTION.matcher(line).matches()) {
            return true;
        }
        boolean known = true;
        for (String part : SEPARATOR.split(line, -1)) {
            String plain = KEYWORD.matcher(part).replaceFirst("").strip();
            Matcher command = COMMAND.matcher(plain);
            boolean runs = plain.contains("$(") || plain.replace("\\`", "").contains("`");
            if (command.lookingAt() && !runs) {
                // The links of an alternative are made by us, so they must be plain to read.
                known &= !plain.startsWith("update-alternatives --install") || !plain.contains("$");
                commands.add(command.group());
            } else {
                known &= !runs && isHarmless(plain, functions);
            }
        }
        return known;
    }

    private static boolean isHarmless(String part, Set<String> functions) {
        return STRUCTURE.matcher(part).matches()
                || TEST.matcher(part).matches()
                || HARMLESS.matcher(part).matches()
                || USR_MERGE.matcher(part).matches()
                || INIT_SCRIPT.matcher(part).matches()
                || functions.contains(part.split(" ", 2)[0]);
    }
}
