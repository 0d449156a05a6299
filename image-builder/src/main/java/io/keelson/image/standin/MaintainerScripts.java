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

/** Tells for every maintainer script whether the image does without it. */
public final class MaintainerScripts {
    /** Scripts with logic of their own, read by a person. */
    private static final Map<String, String> BY_PACKAGE =
            Map.ofEntries(
                    Map.entry(
                            "base-files",
                            "os-release, /etc/profile and motd; systemd-tmpfiles makes the rest at boot"),
                    Map.entry(
                            "base-passwd",
                            "accounts are merged from the master files and sysusers.d"),
                    Map.entry("bash", "/etc/shells and an alternative for a manual page"),
                    Map.entry("ca-certificates", "the bundle is concatenated at build time"),
                    Map.entry("dash", "the package ships /usr/bin/sh; diversions are for upgrades"),
                    Map.entry("debianutils", "/etc/shells and which are made at build time"),
                    Map.entry("e2fsprogs", "units are enabled by the recipe"),
                    Map.entry("gzip", "diversions are for upgrades"),
                    Map.entry("init-system-helpers", "a diversion of debootstrap's, not there"),
                    Map.entry("iproute2", "a question whose default is to set no capability"),
                    Map.entry("kmod", "an /etc/modules without modules"),
                    Map.entry(
                            "libc-bin",
                            "nsswitch.conf is copied; libraries are in default directories"),
                    Map.entry("libc6", "upgrades of a running system"),
                    Map.entry("libext2fs2t64", "diversions are for upgrades"),
                    Map.entry("libgssapi-krb5-2", "upgrades"),
                    Map.entry(
                            "libpam-modules",
                            "/etc/environment and opasswd are made at build time"),
                    Map.entry("libpam-runtime", "/etc/pam.d/common-* are filled at build time"),
                    Map.entry("libpam0g", "restarts services after an upgrade"),
                    Map.entry("libselinux1", "upgrades; tmpfiles at boot"),
                    Map.entry("libtirpc3t64", "diversions are for upgrades"),
                    Map.entry("login.defs", "upgrades"),
                    Map.entry("openssl", "/usr/lib/ssl"),
                    Map.entry(
                            "passwd",
                            "group shadow is 42 in base-passwd, shadow files are made at build time"),
                    Map.entry("procps", "systemd-sysctl at boot"),
                    Map.entry(
                            "systemd",
                            "units by the recipe, accounts by sysusers, machine-id on first boot; no message catalog"),
                    Map.entry("systemd-boot", "the image builder writes the ESP"),
                    Map.entry("udev", "accounts by sysusers; no hardware database"));

    /** The kernel's name has its version in it. */
    private static final Pattern KERNEL = Pattern.compile("linux-(image|base)[-a-z0-9.+~]*");

    private static final Pattern COMMAND =
            Pattern.compile(
                    "dpkg-maintscript-helper|deb-systemd-helper|deb-systemd-invoke|update-rc\\.d|invoke-rc\\.d"
                            + "|systemd-sysusers|systemd-tmpfiles|systemctl|ldconfig|update-alternatives"
                            + "|dpkg --compare-versions|db_version|db_stop|db_purge|/usr/share/debconf/confmodule"
                            + "|update-menus|dpkg-divert|_dh_action");
    private static final Pattern STRUCTURE =
            Pattern.compile(
                    "#.*|set -[a-z]+|if .*|elif .*|then|else|fi|esac|case .*|;;|exit [0-9]+|exit|do|done|[{}]|:"
                            + "|[a-z|*() -]+\\)|--slave .*|return.*|true|\\\\");

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
        List<Script> all = new ArrayList<>();
        new LinkedHashMap<>(scripts)
                .forEach((name, byScript) ->
                        byScript.forEach((script, text) ->
                                all.add(new Script(name, script, cover(name, text, waivers)))));
        ScriptReport report = new ScriptReport(all);
        for (Script script : report.missing()) {
            if (script.cover() instanceof Cover.Missing(var line)) {
                throw new IOException(
                        "the %s of package %s does something no stand-in covers: \"%s\"; exclude the package, or say under scriptWaivers: why the image works without"
                                .formatted(script.script(), script.packageName(), line));
            }
        }
        return report;
    }

    private static Cover cover(String name, String text, Map<String, String> waivers) {
        String reason = waivers.get(name);
        if (reason != null) {
            return new Cover.Waived(reason);
        }
        String standIn = BY_PACKAGE.get(name);
        if (standIn != null) {
            return new Cover.StandIn(standIn);
        }
        if (KERNEL.matcher(name).matches()) {
            return new Cover.StandIn("modules are indexed at build time; the boot image is ours");
        }
        Set<String> commands = new TreeSet<>();
        Optional<String> unknown =
                text.replace("\\\n", " ")
                        .lines()
                        .map(String::strip)
                        .filter(line -> !line.isEmpty() && !isKnown(line, commands))
                        .findFirst();
        return unknown.<Cover>map(Cover.Missing::new)
                .orElseGet(() -> new Cover.KnownCommands(List.copyOf(commands)));
    }

    private static boolean isKnown(String line, Set<String> commands) {
        Matcher command = COMMAND.matcher(line);
        if (command.find() && !line.startsWith("#")) {
            commands.add(command.group());
            return true;
        }
        return STRUCTURE.matcher(line).matches();
    }
}
