package io.github.drkit.testkit.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresBinariesTest {

    @TempDir
    Path folder;

    private Path versions;

    @BeforeEach
    void makeFolder() throws IOException {
        folder = folder.toRealPath();
        versions = Files.createDirectory(folder.resolve("versions"));
    }

    @Test
    void takesTheNewestMajorByNumber() throws IOException {
        programs(versions.resolve("9/bin"));
        programs(versions.resolve("15/bin"));
        programs(versions.resolve("100-beta/bin"));
        Files.createDirectories(versions.resolve("17/bin"));

        assertThat(PostgresBinaries.find(Map.of(), versions))
                .hasToString("Optional[" + versions.resolve("15/bin") + "]");
    }

    @Test
    void takesTheNamedFolderBeforeAnythingInstalled() throws IOException {
        programs(versions.resolve("15/bin"));
        programs(folder.resolve("mine"));
        Map<String, String> environment =
                Map.of("DRKIT_POSTGRES_BIN", folder.resolve("mine").toString());

        assertThat(PostgresBinaries.find(environment, versions))
                .hasToString("Optional[" + folder.resolve("mine") + "]");
    }

    @Test
    void refusesANamedFolderWithoutAServerInsteadOfTakingAnother() throws IOException {
        programs(versions.resolve("15/bin"));
        Path empty = Files.createDirectory(folder.resolve("empty"));
        Map<String, String> environment = Map.of("DRKIT_POSTGRES_BIN", empty.toString());

        assertThatThrownBy(() -> PostgresBinaries.find(environment, versions))
                .isExactlyInstanceOf(IllegalStateException.class)
                .hasMessage("Cannot use PostgreSQL in '" + empty + "': it has no program 'initdb'");
    }

    @Test
    void followsALinkFromThePathToWhereAllProgramsAre() throws IOException {
        Path real = programs(folder.resolve("real"));
        Path linked = Files.createDirectory(folder.resolve("linked"));
        Files.createSymbolicLink(linked.resolve("initdb"), real.resolve("initdb"));
        Map<String, String> environment = Map.of("PATH", "/nowhere:" + linked);

        assertThat(PostgresBinaries.find(environment, versions)).hasToString("Optional[" + real + "]");
    }

    @Test
    void findsNothingWhereNothingIs() {
        assertThat(PostgresBinaries.find(Map.of("PATH", "/nowhere"), folder.resolve("absent")))
                .isEmpty();
    }

    private static Path programs(Path bin) throws IOException {
        Files.createDirectories(bin);
        for (String program : new String[] {"initdb", "pg_ctl", "postgres"}) {
            Files.createFile(
                    bin.resolve(program),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        }
        return bin;
    }
}
