package io.github.drkit.examples.quickstart;

import io.github.drkit.error.RequestRefusedException;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The installed {@code pg_dump}. It reads servers of its own major version and older ones, never newer ones.
 *
 * @param program where it is
 * @param version its whole version, {@code 15.18} say
 * @param major its major version
 */
record PgDump(Path program, String version, int major) {

    private static final Pattern VERSION = Pattern.compile("\\(PostgreSQL\\) (([0-9]+)[0-9A-Za-z.]*)");

    /**
     * Asks the first {@code pg_dump} of a search path for its version.
     *
     * @param path the value of {@code PATH}
     * @throws RequestRefusedException if there is none, or it does not answer with a version
     */
    static PgDump load(String path) {
        Path program = Stream.of(path.split(File.pathSeparator, -1))
                .filter(entry -> !entry.isEmpty())
                .map(entry -> Path.of(entry).resolve("pg_dump"))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new RequestRefusedException(
                        "DRK-QUICK-001",
                        "Cannot find program 'pg_dump': PATH leads to none but PostgreSQL's client programs are required",
                        "Type: sh docs/quickstart.sh --install"));
        return of(program, ask(program));
    }

    static PgDump of(Path program, String said) {
        Matcher matcher = VERSION.matcher(said);
        if (!matcher.find()) {
            throw refused(program, said);
        }
        return new PgDump(program, matcher.group(1), Integer.parseInt(matcher.group(2)));
    }

    private static String ask(Path program) {
        try {
            Process process = new ProcessBuilder(program.toString(), "--version")
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw refused(program, said);
            }
            return said;
        } catch (IOException e) {
            throw refused(program, String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw refused(program, "interrupted");
        }
    }

    private static RequestRefusedException refused(Path program, String said) {
        return new RequestRefusedException(
                "DRK-QUICK-002",
                "Cannot use program '" + program + "': it answers '" + said.strip()
                        + "' to --version but '(PostgreSQL) <major>.<minor>' is required",
                "Does '" + program + " --version' work in this shell?");
    }
}
