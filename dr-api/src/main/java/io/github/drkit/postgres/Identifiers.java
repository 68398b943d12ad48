package io.github.drkit.postgres;

/** Names as SQL text. Names are data: always quoted, so that the result depends on no version's list of keywords. */
final class Identifiers {

    private Identifiers() {}

    static String quoted(String name) {
        if (name.isEmpty() || name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("Cannot quote identifier: it is empty or holds a NUL character");
        }
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    static String qualified(String schema, String name) {
        return quoted(schema) + "." + quoted(name);
    }

    /** Independent of {@code standard_conforming_strings}, which decides what a backslash means between plain quotes. */
    static String literal(String value) {
        if (value.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("Cannot quote a literal: it holds a NUL character");
        }
        String doubled = value.replace("'", "''");
        return doubled.indexOf('\\') < 0 ? "'" + doubled + "'" : " E'" + doubled.replace("\\", "\\\\") + "'";
    }
}
