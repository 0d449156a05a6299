package io.keelson.image.standin;

import io.keelson.image.tree.RootTree;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Fills the templates of /etc/pam.d/common-* as pam-auth-update does for default profiles. */
public final class PamProfiles {
    private static final String ORIGIN = "pam-auth-update";
    private static final List<String> KINDS =
            List.of("auth", "account", "password", "session", "session-noninteractive");

    private record Profile(int priority, Map<String, String> fields) {}

    private final TreeText files;

    private PamProfiles(RootTree tree) {
        files = new TreeText(tree, ORIGIN);
    }

    /** Does nothing in a tree without PAM. */
    public static void write(RootTree tree) throws IOException {
        PamProfiles pam = new PamProfiles(tree);
        List<Profile> profiles = pam.profiles();
        for (String kind : KINDS) {
            String template = "/usr/share/pam/common-" + kind;
            if (pam.files.has(template)) {
                String text = pam.files.read(template).orElse("");
                pam.files.write("/etc/pam.d/common-" + kind, filled(text, kind, profiles));
            }
        }
    }

    private List<Profile> profiles() throws IOException {
        List<Profile> profiles = new ArrayList<>();
        for (String file : files.list("/usr/share/pam-configs", "")) {
            Map<String, String> fields = fields(files.read(file).orElse(""));
            if (fields.getOrDefault("Default", "no").equals("yes")) {
                int priority = Integer.parseInt(fields.getOrDefault("Priority", "0"));
                profiles.add(new Profile(priority, fields));
            }
        }
        profiles.sort(Comparator.comparingInt(Profile::priority).reversed());
        return profiles;
    }

    private static String filled(String template, String kind, List<Profile> profiles) {
        String variable = kind.equals("session-noninteractive") ? "session_nonint" : kind;
        return template.replace("$" + variable + "_primary\n", block(kind, "Primary", profiles))
                .replace("$" + variable + "_additional\n", block(kind, "Additional", profiles));
    }

    private static String block(String kind, String type, List<Profile> profiles) {
        boolean quiet = kind.equals("session-noninteractive");
        String word = quiet ? "session" : kind;
        String name = Character.toUpperCase(word.charAt(0)) + word.substring(1);
        List<String> lines = new ArrayList<>();
        for (Profile profile : profiles) {
            Map<String, String> fields = profile.fields();
            boolean skipped =
                    quiet && fields.getOrDefault("Session-Interactive-Only", "no").equals("yes");
            if (!skipped && type.equals(fields.get(name + "-Type"))) {
                String first = fields.get(name + "-Initial");
                String text =
                        lines.isEmpty() && first != null ? first : fields.getOrDefault(name, "");
                text.lines().filter(line -> !line.isBlank()).forEach(lines::add);
            }
        }
        StringBuilder block = new StringBuilder();
        if (lines.isEmpty() && type.equals("Primary")) {
            // Without a module that decides, the denial that follows must be jumped over too.
            lines.add("[default=1]\tpam_permit.so");
        }
        for (int i = 0; i < lines.size(); i++) {
            // "end" jumps over the rest of the block and over the denial that follows it.
            String line = lines.get(i).replace("success=end", "success=" + (lines.size() - i));
            block.append(word).append('\t').append(line).append('\n');
        }
        return block.toString();
    }

    /** Fields may have their value on the following, indented lines. */
    private static Map<String, String> fields(String text) {
        Map<String, String> fields = new TreeMap<>();
        String field = "";
        for (String line : text.split("\n", -1)) {
            if (line.isBlank()) {
                continue;
            }
            if (Character.isWhitespace(line.charAt(0))) {
                fields.merge(field, line.strip(), (old, more) -> old + "\n" + more);
            } else {
                int colon = Math.max(line.indexOf(':'), 0);
                field = line.substring(0, colon);
                fields.put(field, line.substring(Math.min(colon + 1, line.length())).strip());
            }
        }
        return fields;
    }
}
