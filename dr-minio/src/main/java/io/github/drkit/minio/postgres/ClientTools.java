package io.github.drkit.minio.postgres;

import io.github.drkit.TimeSource;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.error.TargetUnavailableException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds PostgreSQL's client programs, and asks each for its version once. Thread-safe. */
final class ClientTools {

    private static final Pattern VERSION = Pattern.compile("\\(PostgreSQL\\) ((\\d+)\\S*)");
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String INSTALL = "Install it: apt-get install postgresql-client (Debian, Ubuntu), dnf install"
            + " postgresql (Fedora, RHEL), apk add postgresql-client (Alpine), brew install libpq (macOS); or name the"
            + " folder it lies in";

    private final List<Path> folders;
    private final Map<String, ClientTool> found = new ConcurrentHashMap<>();

    private ClientTools(List<Path> folders) {
        this.folders = List.copyOf(folders);
    }

    static ClientTools onPath(String path) {
        return new ClientTools(Arrays.stream(path.split(Pattern.quote(File.pathSeparator)))
                .filter(folder -> !folder.isEmpty())
                .map(Path::of)
                .toList());
    }

    static ClientTools in(Path folder) {
        return new ClientTools(List.of(folder));
    }

    ClientTool locate(String name, Map<String, String> environment, TimeSource time) {
        ClientTool known = found.get(name);
        if (known != null) {
            return known;
        }
        Path path = folders.stream()
                .map(folder -> folder.resolve(name))
                .filter(Files::isExecutable)
                .filter(Files::isRegularFile)
                .findFirst()
                .orElseThrow(() -> new RequestRefusedException(
                        "DRK-TOOL-001",
                        "Cannot run '" + name + "': it is in none of " + folders
                                + " but PostgreSQL's client is required",
                        INSTALL));
        ClientTool tool = ask(name, path, environment, time);
        found.put(name, tool);
        return tool;
    }

    private static ClientTool ask(String name, Path path, Map<String, String> environment, TimeSource time) {
        String said = "";
        try (ToolRun run = ToolRun.begin(name, path, List.of("--version"), environment, time, PATIENCE)) {
            run.input().close();
            try (InputStream output = run.output()) {
                said = new String(output.readNBytes(1000), StandardCharsets.UTF_8).strip();
                output.transferTo(java.io.OutputStream.nullOutputStream());
            }
        } catch (InterruptedIOException e) {
            throw new TargetUnavailableException(
                    "DRK-TOOL-006",
                    "Cannot run '" + name + "': the thread was interrupted but has to wait for its version",
                    "Was it cancelled on purpose? If so, nothing is to be done",
                    e);
        } catch (IOException e) {
            throw unreadable(name, path, String.valueOf(e.getMessage()), e);
        }
        Matcher matcher = VERSION.matcher(said);
        if (!matcher.find()) {
            throw unreadable(name, path, "it answered '" + said + "'", null);
        }
        return new ClientTool(name, path, matcher.group(1), Integer.parseInt(matcher.group(2)));
    }

    private static RequestRefusedException unreadable(
            String name, Path path, String actual, @org.jspecify.annotations.Nullable IOException cause) {
        return new RequestRefusedException(
                "DRK-TOOL-002",
                "Cannot run '" + name + "': " + path + " was asked for --version, " + actual
                        + " but a PostgreSQL version is required",
                "Run '" + path + " --version' by hand",
                "nothing",
                cause);
    }
}
