package io.github.drkit.testkit.rds;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * As much of CBOR (RFC 8949) as Smithy's RPC v2 uses: maps of texts, lists, texts, numbers, truth values, null, and points
 * in time, which are seconds under tag 1.
 */
final class Cbor {

    private static final int BREAK = 0xff;
    private static final Object END = new Object();

    private final ByteBuffer in;

    private Cbor(byte[] bytes) {
        in = ByteBuffer.wrap(bytes);
    }

    /** Reads one value: Map, List, String, Long, Double, Boolean, Instant, byte[] or null. */
    static @Nullable Object read(byte[] bytes) {
        return new Cbor(bytes).value();
    }

    private @Nullable Object value() {
        int first = in.get() & 0xff;
        if (first == BREAK) {
            return END;
        }
        int kind = first >> 5;
        int more = first & 31;
        return switch (kind) {
            case 0 -> length(more);
            case 1 -> -1 - length(more);
            case 2 -> bytes(more);
            case 3 -> new String(bytes(more), StandardCharsets.UTF_8);
            case 4 -> list(more);
            case 5 -> map(more);
            case 6 -> tagged(length(more));
            default -> simple(more);
        };
    }

    private long length(int more) {
        return switch (more) {
            case 24 -> in.get() & 0xff;
            case 25 -> in.getShort() & 0xffff;
            case 26 -> in.getInt() & 0xffffffffL;
            case 27 -> in.getLong();
            default -> {
                if (more > 24) {
                    throw new IllegalArgumentException("Cannot read CBOR: length " + more);
                }
                yield more;
            }
        };
    }

    private byte[] bytes(int more) {
        if (more == 31) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (Object part = value(); part != END; part = value()) {
                byte[] piece = part instanceof String text ? text.getBytes(StandardCharsets.UTF_8) : (byte[]) part;
                all.writeBytes(piece == null ? new byte[0] : piece);
            }
            return all.toByteArray();
        }
        byte[] bytes = new byte[Math.toIntExact(length(more))];
        in.get(bytes);
        return bytes;
    }

    private List<Object> list(int more) {
        List<Object> list = new ArrayList<>();
        long left = more == 31 ? Long.MAX_VALUE : length(more);
        for (; left > 0; left--) {
            Object value = value();
            if (value == END) {
                return list;
            }
            if (value != null) {
                list.add(value);
            }
        }
        return list;
    }

    private Map<String, Object> map(int more) {
        Map<String, Object> map = new LinkedHashMap<>();
        long left = more == 31 ? Long.MAX_VALUE : length(more);
        for (; left > 0; left--) {
            Object key = value();
            if (key == END) {
                return map;
            }
            Object value = value();
            if (value != null) {
                map.put(String.valueOf(key), value);
            }
        }
        return map;
    }

    private @Nullable Object tagged(long tag) {
        Object value = value();
        if (tag == 1 && value instanceof Number seconds) {
            return Instant.ofEpochMilli(Math.round(seconds.doubleValue() * 1000));
        }
        return value;
    }

    private @Nullable Object simple(int more) {
        return switch (more) {
            case 20 -> Boolean.FALSE;
            case 21 -> Boolean.TRUE;
            case 22, 23 -> null;
            case 26 -> (double) in.getFloat();
            case 27 -> in.getDouble();
            default -> throw new IllegalArgumentException("Cannot read CBOR: simple value " + more);
        };
    }

    /** Writes one value of the kinds that {@link #read} gives. */
    static byte[] write(Object value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        write(out, value);
        return out.toByteArray();
    }

    private static void write(ByteArrayOutputStream out, Object value) {
        if (value instanceof Map<?, ?> map) {
            head(out, 5, map.size());
            map.forEach((key, member) -> {
                write(out, key);
                write(out, member);
            });
        } else if (value instanceof List<?> list) {
            head(out, 4, list.size());
            list.forEach(member -> write(out, member));
        } else if (value instanceof String text) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            head(out, 3, bytes.length);
            out.writeBytes(bytes);
        } else if (value instanceof Double number) {
            out.write(7 << 5 | 27);
            out.writeBytes(ByteBuffer.allocate(8).putDouble(number).array());
        } else if (value instanceof Instant instant) {
            head(out, 6, 1);
            write(out, instant.toEpochMilli() / 1000.0);
        } else if (value instanceof Boolean flag) {
            out.write(7 << 5 | (flag ? 21 : 20));
        } else if (value instanceof Long number && number >= 0) {
            head(out, 0, number);
        } else {
            throw new IllegalArgumentException("Cannot write CBOR: " + value.getClass());
        }
    }

    private static void head(ByteArrayOutputStream out, int kind, long length) {
        if (length < 24) {
            out.write(kind << 5 | (int) length);
        } else {
            out.write(kind << 5 | 27);
            out.writeBytes(ByteBuffer.allocate(8).putLong(length).array());
        }
    }
}
