package io.keelson.image.standin;

import io.keelson.image.tree.Metadata;
import io.keelson.image.tree.RootTree;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * passwd, group and their shadows, as base-passwd's and systemd-sysusers would make them.
 *
 * <p>A number that sysusers would pick at random depends on what else is installed; a file of an
 * older release would then belong to somebody else. So every number comes from a package or from
 * the recipe.
 */
public final class Accounts {
    private static final String ORIGIN = "sysusers";
    private static final int SHADOW_GID = 42;
    private static final String LOCKED = "!*";

    private record User(
            int uid, int gid, String gecos, String home, String shell, String password) {}

    private record Group(int gid, Set<String> members) {}

    private final TreeText files;
    private final Map<String, Integer> ids;
    private final Map<String, User> users = new LinkedHashMap<>();
    private final Map<String, Group> groups = new LinkedHashMap<>();
    private final Set<String> unnumbered = new TreeSet<>();

    private Accounts(RootTree tree, Map<String, Integer> ids) {
        this.files = new TreeText(tree, ORIGIN);
        this.ids = ids;
    }

    /**
     * Writes the account files of a tree.
     *
     * @param ids uid and gid by name, for accounts whose package leaves the choice open
     * @throws IOException if an account has no number; the message has the lines for the recipe
     */
    public static void write(RootTree tree, Map<String, Integer> ids) throws IOException {
        Accounts accounts = new Accounts(tree, ids);
        accounts.masters();
        List<List<String>> lines = accounts.sysusers();
        // Groups first: a user's line may name a group of another file.
        for (String type : List.of("g", "u", "m")) {
            for (List<String> line : lines) {
                if (line.getFirst().startsWith(type)) {
                    accounts.apply(type, line);
                }
            }
        }
        accounts.requireNumbers();
        accounts.requireDistinct();
        accounts.save();
    }

    private void masters() throws IOException {
        String dir = "/usr/share/base-passwd/";
        for (String line : files.read(dir + "passwd.master").orElse("").split("\n", -1)) {
            String[] f = line.split(":", -1);
            if (f.length == 7) {
                users.put(f[0], new User(number(f[2]), number(f[3]), f[4], f[5], f[6], f[1]));
            }
        }
        for (String line : files.read(dir + "group.master").orElse("").split("\n", -1)) {
            String[] f = line.split(":", -1);
            if (f.length == 4) {
                groups.put(f[0], new Group(number(f[2]), new LinkedHashSet<>()));
            }
        }
    }

    private List<List<String>> sysusers() throws IOException {
        List<List<String>> lines = new ArrayList<>();
        for (String file : files.list("/usr/lib/sysusers.d", ".conf")) {
            for (String line : files.read(file).orElse("").split("\n", -1)) {
                List<String> words = SysusersLine.words(line);
                if (!words.isEmpty()) {
                    if (!words.getFirst().matches("u!?|g|m|r") || words.size() < 2) {
                        throw new IOException(
                                file + " has a line that is not sysusers.d(5): " + line);
                    }
                    lines.add(words);
                }
            }
        }
        return lines;
    }

    private void apply(String type, List<String> line) throws IOException {
        String name = line.get(1);
        String id = line.size() > 2 ? line.get(2) : "-";
        switch (type) {
            case "g" -> group(name, id);
            case "u" -> user(name, id, line);
            case "m" -> member(name, id);
            default -> throw new IllegalStateException(type);
        }
    }

    private void group(String name, String id) {
        if (!groups.containsKey(name)) {
            int gid = id.matches("[0-9]+") ? number(id) : fixed(name);
            groups.put(name, new Group(gid, new LinkedHashSet<>()));
        }
    }

    private void user(String name, String id, List<String> line) throws IOException {
        if (users.containsKey(name)) {
            return;
        }
        String[] pair = id.split(":", 2);
        int uid = pair[0].matches("[0-9]+") ? number(pair[0]) : fixed(name);
        int gid;
        if (pair.length == 2) {
            gid = pair[1].matches("[0-9]+") ? number(pair[1]) : gidOf(pair[1], name);
        } else {
            group(name, Integer.toString(uid));
            gid = gidOf(name, name);
        }
        String gecos = field(line, 3, "");
        String home = field(line, 4, "/");
        String shell = field(line, 5, uid == 0 ? "/bin/sh" : "/usr/sbin/nologin");
        users.put(name, new User(uid, gid, gecos, home, shell, LOCKED));
    }

    private void member(String user, String groupName) {
        group(groupName, "-");
        Group group = groups.get(groupName);
        if (group != null) {
            group.members().add(user);
        }
    }

    private int gidOf(String group, String user) throws IOException {
        Group known = groups.get(group);
        if (known == null) {
            throw new IOException(
                    "user " + user + " is in group " + group + ", which nobody makes");
        }
        return known.gid();
    }

    private int fixed(String name) {
        Integer id = ids.get(name);
        if (id == null) {
            unnumbered.add(name);
            return Integer.MAX_VALUE;
        }
        return id;
    }

    private void requireNumbers() throws IOException {
        if (!unnumbered.isEmpty()) {
            throw new IOException(
                    "accounts "
                            + unnumbered
                            + " would get a random number; give each a fixed one under ids: in the recipe");
        }
    }

    private void requireDistinct() throws IOException {
        Map<Integer, String> owners = new LinkedHashMap<>();
        for (var user : users.entrySet()) {
            refuseTwice(owners.put(user.getValue().uid(), user.getKey()), user.getKey());
        }
        owners.clear();
        for (var group : groups.entrySet()) {
            refuseTwice(owners.put(group.getValue().gid(), group.getKey()), group.getKey());
        }
    }

    private static void refuseTwice(@Nullable String before, String name) throws IOException {
        if (before != null) {
            throw new IOException(
                    "accounts "
                            + before
                            + " and "
                            + name
                            + " have the same number; change ids: in the recipe");
        }
    }

    private void save() throws IOException {
        StringBuilder passwd = new StringBuilder();
        StringBuilder shadow = new StringBuilder();
        users.forEach((name, u) -> {
            passwd.append(
                    "%s:x:%d:%d:%s:%s:%s\n"
                            .formatted(name, u.uid(), u.gid(), u.gecos(), u.home(), u.shell()));
            shadow.append("%s:%s:::::::\n".formatted(name, u.password()));
        });
        StringBuilder group = new StringBuilder();
        StringBuilder gshadow = new StringBuilder();
        groups.forEach((name, g) -> {
            String members = String.join(",", g.members());
            group.append("%s:x:%d:%s\n".formatted(name, g.gid(), members));
            gshadow.append("%s:*::%s\n".formatted(name, members));
        });
        Metadata secret = Metadata.of(0640).withOwner(0, SHADOW_GID);
        files.write("/etc/passwd", passwd.toString());
        files.write("/etc/group", group.toString());
        files.write("/etc/shadow", secret, shadow.toString());
        files.write("/etc/gshadow", secret, gshadow.toString());
        files.write("/etc/subuid", "");
        files.write("/etc/subgid", "");
    }

    private static String field(List<String> line, int at, String otherwise) {
        return line.size() > at && !line.get(at).equals("-") ? line.get(at) : otherwise;
    }

    private static int number(String text) {
        return Integer.parseInt(text);
    }
}
