package io.keelson.image.standin;

import io.keelson.image.tree.RootTree;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The links that update-alternatives would make, from what packages' scripts ask of it. Nobody
 * chooses another one on a read-only system, so they lead to the program without the detour over
 * /etc/alternatives.
 */
public final class Alternatives {
    private static final String ORIGIN = "update-alternatives";
    private static final Pattern INSTALL =
            Pattern.compile("update-alternatives\\s+.*--install\\s+");
    private static final Pattern SPACES = Pattern.compile("\\s+");

    private record Choice(int priority, List<String> words) {}

    private Alternatives() {}

    /**
     * Links the alternative with the highest priority of each name.
     *
     * @param scripts by package and script name
     */
    public static void write(RootTree tree, Map<String, Map<String, String>> scripts)
            throws IOException {
        Map<String, Choice> byName = new TreeMap<>();
        for (Map<String, String> ofPackage : scripts.values()) {
            for (String script : ofPackage.values()) {
                script.replace("\\\n", " ")
                        .lines()
                        .filter(line -> INSTALL.matcher(line).find())
                        .map(line -> INSTALL.split(line, 2)[1].strip())
                        .forEach(line -> choose(byName, List.of(SPACES.split(line, -1))));
            }
        }
        for (Choice choice : byName.values()) {
            link(tree, choice.words().get(0), choice.words().get(2));
            for (int i = 4; i + 3 < choice.words().size(); i++) {
                if (choice.words().get(i).equals("--slave")) {
                    link(tree, choice.words().get(i + 1), choice.words().get(i + 3));
                }
            }
        }
    }

    /** LINK NAME PATH PRIORITY, and what follows them. */
    private static void choose(Map<String, Choice> byName, List<String> words) {
        if (words.size() >= 4 && words.get(3).matches("[0-9]+")) {
            Choice mine = new Choice(Integer.parseInt(words.get(3)), words);
            byName.merge(
                    words.get(1), mine, (old, own) -> own.priority() > old.priority() ? own : old);
        }
    }

    /** Manual pages are not in an image, and a file of a package is never replaced. */
    private static void link(RootTree tree, String link, String target) throws IOException {
        if (link.startsWith("/")
                && target.startsWith("/")
                && tree.find(link).isEmpty()
                && tree.resolve(target).isPresent()) {
            new TreeText(tree, ORIGIN).link(link, relative(merged(link), merged(target)));
        }
    }

    private static String merged(String path) {
        return path.matches("/(bin|sbin|lib)/.*") ? "/usr" + path : path;
    }

    private static String relative(String link, String target) {
        Path directory = Path.of(link).getParent();
        return directory == null ? target : directory.relativize(Path.of(target)).toString();
    }
}
