package io.github.drkit.testkit.postgres;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Runs short programs to their end and keeps what they said. */
final class Programs {

    private static final int COULD_NOT_RUN = 127;

    private Programs() {}

    record Ending(int exitCode, String output) {
        boolean succeeded() {
            return exitCode == 0;
        }
    }

    static ProcessBuilder prepare(List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        Map<String, String> environment = builder.environment();
        // The caller's PGDATA, PGPORT, PGOPTIONS or locale must not reach into a throw-away server.
        environment.keySet().removeIf(name -> name.startsWith("PG") || name.startsWith("LC_"));
        environment.put("LC_ALL", "C");
        return builder;
    }

    static Ending run(List<String> command, String input) {
        Process process;
        try {
            process = prepare(command).start();
        } catch (IOException e) {
            return new Ending(COULD_NOT_RUN, String.valueOf(e.getMessage()));
        }
        try {
            try (OutputStream stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                // The program ended before it read everything; its exit code and words say more than the broken pipe.
                process.destroy();
            }
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Ending(process.waitFor(), output.strip());
        } catch (IOException e) {
            process.destroyForcibly();
            return new Ending(COULD_NOT_RUN, String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            return new Ending(COULD_NOT_RUN, "interrupted");
        }
    }
}
