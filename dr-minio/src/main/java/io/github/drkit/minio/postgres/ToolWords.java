package io.github.drkit.minio.postgres;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a client program wrote to its standard error: each line is judged, the first and last are kept, secrets are
 * blacked out. Bounded whatever the program writes. Thread-safe.
 *
 * <p>Programs run with {@code LC_MESSAGES=C}, so that the words are {@code error:} and {@code warning:}, see PostgreSQL's
 * {@code src/common/logging.c}; a server's notices come in capitals.
 */
final class ToolWords {

    private static final int KEPT = 20;
    private static final int LINE = 500;
    private static final Pattern ERROR = Pattern.compile("(: (error|fatal): )|(^(ERROR|FATAL|PANIC): )");
    private static final Pattern WARNING = Pattern.compile("(: warning: )|(^WARNING: )");

    // Both leave the dump whole. The first warns of --data-only restores (pg_dump.c, repairDependencyLoop), the second
    // is
    // the server's, at each login after the operating system's collation library changed.
    private static final List<String> HARMLESS =
            List.of("there are circular foreign-key constraints on th", "has a collation version mismatch");

    private final Collection<String> secrets;
    private final List<String> first = new ArrayList<>();
    private final Deque<String> last = new ArrayDeque<>();
    private final List<String> errors = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private final List<String> harmless = new ArrayList<>();
    private long lines;

    ToolWords(Collection<String> secrets) {
        this.secrets = secrets.stream().filter(secret -> !secret.isEmpty()).toList();
    }

    synchronized void line(String text) {
        String line = clean(text);
        if (line.isBlank()) {
            return;
        }
        lines++;
        if (ERROR.matcher(line).find()) {
            keep(errors, line);
        } else if (WARNING.matcher(line).find()) {
            keep(HARMLESS.stream().anyMatch(line::contains) ? harmless : warnings, line);
        }
        if (first.size() < KEPT) {
            first.add(line);
        } else {
            last.addLast(line);
            if (last.size() > KEPT) {
                last.removeFirst();
            }
        }
    }

    /** Returns why the words alone are reason enough not to believe in success. */
    synchronized Optional<String> complaint() {
        if (!errors.isEmpty()) {
            return Optional.of("it said '" + errors.get(0) + "'");
        }
        if (!warnings.isEmpty()) {
            return Optional.of("it warned '" + warnings.get(0) + "'");
        }
        return Optional.empty();
    }

    /** Returns warnings that leave the result whole. */
    synchronized List<String> harmless() {
        return List.copyOf(harmless);
    }

    /** Returns the words that matter most: its errors, else its last line. */
    synchronized String summary() {
        if (!errors.isEmpty()) {
            return String.join(" | ", errors);
        }
        if (!last.isEmpty()) {
            return last.getLast();
        }
        return first.isEmpty() ? "nothing" : first.get(first.size() - 1);
    }

    private String clean(String text) {
        String line = text;
        for (String secret : secrets) {
            line = line.replace(secret, "***");
        }
        line = line.replaceAll("\\p{Cntrl}", " ").strip();
        return line.length() > LINE ? line.substring(0, LINE) + "…" : line;
    }

    private static void keep(List<String> list, String line) {
        if (list.size() < 5) {
            list.add(line);
        }
    }

    @Override
    public synchronized String toString() {
        return lines + " lines, " + summary();
    }
}
