package io.keelson.image.kmod;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The binary index of kmod (kmod: libkmod/libkmod-index.c): a trie over seven-bit characters, each
 * node with a prefix, children by their next character and values with a priority.
 */
final class IndexTrie {
    private static final int MAGIC = 0xB007F457;
    private static final int VERSION = 0x00020001;
    private static final int NODE_PREFIX = 0x80000000;
    private static final int NODE_VALUES = 0x40000000;
    private static final int NODE_CHILDREN = 0x20000000;
    private static final int OFFSET_LIMIT = 0x10000000;
    private static final int CHARACTERS = 128;
    private static final int ROOT_OFFSET_AT = 8;

    private record Value(String text, int priority) {}

    private static final class Node {
        private String prefix;
        private TreeMap<Character, Node> children = new TreeMap<>();
        private List<Value> values = new ArrayList<>();

        Node(String prefix) {
            this.prefix = prefix;
        }

        /** Cuts the prefix at a position; what follows goes to a child. */
        void split(int at) {
            Node rest = new Node(prefix.substring(at + 1));
            rest.children = children;
            rest.values = values;
            children = new TreeMap<>(Map.of(prefix.charAt(at), rest));
            values = new ArrayList<>();
            prefix = prefix.substring(0, at);
        }

        /** Lower priorities first; among equals the last one added, as kmod does. */
        void add(Value value) {
            int at = 0;
            while (at < values.size() && values.get(at).priority() < value.priority()) {
                at++;
            }
            values.add(at, value);
        }
    }

    private final Node root = new Node("");

    void insert(String key, String value, int priority) {
        if (!key.chars().allMatch(c -> c > 0 && c < CHARACTERS)) {
            throw new IllegalArgumentException("not an ASCII index key: " + key);
        }
        Node node = root;
        int at = 0;
        while (true) {
            int same = 0;
            while (same < node.prefix.length()
                    && at + same < key.length()
                    && node.prefix.charAt(same) == key.charAt(at + same)) {
                same++;
            }
            if (same < node.prefix.length()) {
                node.split(same);
            }
            at += same;
            if (at == key.length()) {
                node.add(new Value(value, priority));
                return;
            }
            Node child = node.children.get(key.charAt(at));
            if (child == null) {
                Node leaf = new Node(key.substring(at + 1));
                leaf.add(new Value(value, priority));
                node.children.put(key.charAt(at), leaf);
                return;
            }
            node = child;
            at++;
        }
    }

    byte[] toBytes() {
        try {
            var bytes = new ByteArrayOutputStream();
            var out = new DataOutputStream(bytes);
            out.writeInt(MAGIC);
            out.writeInt(VERSION);
            out.writeInt(0);
            int rootOffset = write(root, out);
            byte[] file = bytes.toByteArray();
            ByteBuffer.wrap(file).putInt(ROOT_OFFSET_AT, rootOffset);
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
    }

    /** Children come before their parent, so a node's offset is known when it is written. */
    private static int write(Node node, DataOutputStream out) throws IOException {
        Map<Character, Integer> offsets = new TreeMap<>();
        for (Map.Entry<Character, Node> child : node.children.entrySet()) {
            offsets.put(child.getKey(), write(child.getValue(), out));
        }
        int offset = out.size();
        if (offset >= OFFSET_LIMIT) {
            throw new IOException("a kernel module index is larger than its format allows");
        }
        if (!node.prefix.isEmpty()) {
            out.write(node.prefix.getBytes(StandardCharsets.US_ASCII));
            out.writeByte(0);
            offset |= NODE_PREFIX;
        }
        if (!node.children.isEmpty()) {
            char first = node.children.firstKey();
            char last = node.children.lastKey();
            out.writeByte(first);
            out.writeByte(last);
            for (char c = first; c <= last; c++) {
                out.writeInt(offsets.getOrDefault(c, 0));
            }
            offset |= NODE_CHILDREN;
        }
        if (!node.values.isEmpty()) {
            out.writeInt(node.values.size());
            for (Value value : node.values) {
                out.writeInt(value.priority());
                out.write(value.text().getBytes(StandardCharsets.ISO_8859_1));
                out.writeByte(0);
            }
            offset |= NODE_VALUES;
        }
        return offset;
    }
}
