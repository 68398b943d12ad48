package io.github.drkit.testkit.fake;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The stored form of a database in memory: a line with the table's name and row count, then its rows. */
final class Rows {

    private Rows() {}

    static InputStream write(Map<String, List<String>> tables) {
        StringBuilder text = new StringBuilder();
        tables.forEach((table, rows) -> {
            text.append(rows.size()).append(' ').append(table).append('\n');
            rows.forEach(row -> text.append(row).append('\n'));
        });
        text.append("end\n");
        return new ByteArrayInputStream(text.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Throws IOException when the text breaks off. */
    static Map<String, List<String>> read(InputStream stored) throws IOException {
        String[] lines = new String(stored.readAllBytes(), StandardCharsets.UTF_8).split("\n");
        Map<String, List<String>> tables = new TreeMap<>();
        int line = 0;
        while (line < lines.length && !lines[line].equals("end")) {
            int blank = lines[line].indexOf(' ');
            int count = Integer.parseInt(lines[line].substring(0, blank));
            String table = lines[line].substring(blank + 1);
            if (line + count >= lines.length) {
                break;
            }
            tables.put(table, new ArrayList<>(List.of(lines).subList(line + 1, line + 1 + count)));
            line += count + 1;
        }
        if (line != lines.length - 1) {
            throw new IOException("the stored rows break off after line " + line);
        }
        return tables;
    }
}
