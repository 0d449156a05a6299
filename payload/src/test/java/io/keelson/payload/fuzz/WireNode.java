package io.keelson.payload.fuzz;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * One field of a protobuf message that may be spoilt in every way before it is written: wrong wire
 * type, lying length, numbers longer than needed.
 */
final class WireNode {
    int number;
    long value;
    byte[] bytes;
    List<WireNode> children;

    /** Added to the length in front of bytes or a message: a lie unless 0. */
    long lengthLie;

    /** Bytes of zeros a number is padded with. */
    int padding;

    /** Of an operation: its data, which stands elsewhere in the payload. */
    byte[] blob;

    private WireNode(int number, long value, byte[] bytes, List<WireNode> children) {
        this.number = number;
        this.value = value;
        this.bytes = bytes;
        this.children = children;
    }

    static WireNode count(int number, long value) {
        return new WireNode(number, value, null, null);
    }

    static WireNode bytes(int number, byte[] bytes) {
        return new WireNode(number, 0, bytes, null);
    }

    static WireNode message(int number, WireNode... children) {
        return new WireNode(number, 0, null, new ArrayList<>(List.of(children)));
    }

    WireNode add(WireNode child) {
        children.add(child);
        return this;
    }

    boolean isMessage() {
        return children != null;
    }

    boolean isCount() {
        return bytes == null && children == null;
    }

    /** The first field of this number, or null. */
    WireNode child(int wanted) {
        for (WireNode child : children) {
            if (child.number == wanted) {
                return child;
            }
        }
        return null;
    }

    List<WireNode> children(int wanted) {
        return children.stream().filter(child -> child.number == wanted).toList();
    }

    /** Sets or adds a bytes field. */
    void put(int field, byte[] value) {
        WireNode child = child(field);
        if (child == null) {
            children.add(bytes(field, value));
        } else {
            child.bytes = value;
            child.children = null;
        }
    }

    WireNode copy() {
        List<WireNode> copies = null;
        if (children != null) {
            copies = new ArrayList<>(children.size());
            for (WireNode child : children) {
                copies.add(child.copy());
            }
        }
        WireNode copy = new WireNode(number, value, bytes, copies);
        copy.lengthLie = lengthLie;
        copy.padding = padding;
        copy.blob = blob;
        return copy;
    }

    /** The fields of this message, without a tag of its own. */
    byte[] content() {
        ByteArrayOutputStream out = new ByteArrayOutputStream(256);
        children.forEach(child -> child.writeTo(out));
        return out.toByteArray();
    }

    private void writeTo(ByteArrayOutputStream out) {
        if (isCount()) {
            varint(out, (long) number << 3, 0);
            varint(out, value, padding);
            return;
        }
        byte[] body = isMessage() ? content() : bytes;
        varint(out, (long) number << 3 | 2, 0);
        varint(out, body.length + lengthLie, padding);
        out.writeBytes(body);
    }

    private static void varint(ByteArrayOutputStream out, long value, int padding) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            out.write((int) ((rest & 0x7F) | 0x80));
            rest >>>= 7;
        }
        if (padding == 0) {
            out.write((int) rest);
            return;
        }
        out.write((int) rest | 0x80);
        for (int i = 1; i < padding; i++) {
            out.write(0x80);
        }
        out.write(0);
    }
}
