package io.github.drkit.minio.postgres;

import io.github.drkit.RunId;
import io.github.drkit.postgres.PostgresServer;
import io.github.drkit.store.Sha256;
import java.nio.charset.StandardCharsets;

/** How things are named and quoted, so that two runs never give one name, whatever the names they are made of. */
final class Names {

    /** NAMEDATALEN - 1: the server cuts longer names silently. */
    static final int LONGEST = 63;

    private Names() {}

    /** Returns an SQL identifier. */
    static String quoted(String name) {
        if (name.isEmpty() || name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("Cannot quote a name that is empty or holds a NUL character");
        }
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    /** Returns an SQL string, whatever {@code standard_conforming_strings} says. */
    static String literal(String value) {
        return "E'" + value.replace("\\", "\\\\").replace("'", "''") + "'";
    }

    /** Returns one word of a POSIX shell. */
    static String shell(String word) {
        return word.matches("[A-Za-z0-9_./:=@%+-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }

    /** Returns connection settings that name a database and nothing else, even if its name looks like settings. */
    static String connection(String database) {
        return "dbname='" + database.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }

    static String address(PostgresServer server) {
        return (server.host().indexOf(':') >= 0 ? "[" + server.host() + "]" : server.host()) + ":" + server.port();
    }

    /** Returns the application name by which the sessions of a run's programs are found again. */
    static String application(RunId run) {
        return fitted("drkit-" + run.value());
    }

    /** Returns the name itself where the server would keep it whole, else its beginning and a digest of all of it. */
    static String fitted(String name) {
        if (name.getBytes(StandardCharsets.UTF_8).length <= LONGEST) {
            return name;
        }
        String end = "_" + digest(name);
        StringBuilder begin = new StringBuilder();
        int room = LONGEST - end.length();
        for (int codePoint : name.codePoints().toArray()) {
            String next = Character.toString(codePoint);
            int length = next.getBytes(StandardCharsets.UTF_8).length;
            if (length > room) {
                break;
            }
            room -= length;
            begin.append(next);
        }
        return begin + end;
    }

    static String digest(String text) {
        return Sha256.hex(text.getBytes(StandardCharsets.UTF_8)).substring(0, 12);
    }
}
