package io.keelson.payload.wire;

/** Wire types of the Protocol Buffers encoding; the two group types are obsolete and refused. */
enum WireType {
    VARINT(0),
    FIXED64(1),
    LENGTH_DELIMITED(2),
    FIXED32(5);

    final int number;

    WireType(int number) {
        this.number = number;
    }

    static WireType of(int number) throws WireException {
        for (WireType type : values()) {
            if (type.number == number) {
                return type;
            }
        }
        throw new WireException("wire type " + number + " is not supported");
    }
}
