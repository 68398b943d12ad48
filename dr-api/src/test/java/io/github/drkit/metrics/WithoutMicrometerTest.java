package io.github.drkit.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.TargetId;
import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whoever does not want meters need not have Micrometer: only one package names it. */
class WithoutMicrometerTest {

    private static final String METRICS = "io.github.drkit.metrics.";

    @Test
    void everyOtherClassIsLoadedAndLinkedWithoutIt() throws Exception {
        List<String> names = classes();
        assertThat(names)
                .hasSizeGreaterThan(150)
                .contains("io.github.drkit.status.Platform", METRICS + "StatusMetrics");

        int members = 0;
        try (URLClassLoader bare = withoutMicrometer()) {
            for (String name : names) {
                if (!name.startsWith(METRICS)) {
                    Class<?> type = Class.forName(name, true, bare);
                    assertThat(type.getClassLoader()).isSameAs(bare);
                    members += membersOf(type);
                }
            }
            assertThat(members).isGreaterThan(names.size());
            assertThatThrownBy(() -> membersOf(Class.forName(METRICS + "StatusMetrics", true, bare)))
                    .isInstanceOf(NoClassDefFoundError.class)
                    .hasMessage("io/micrometer/core/instrument/MeterRegistry");
        }
    }

    /** Resolves every type of every signature. */
    private static int membersOf(Class<?> type) {
        return type.getDeclaredMethods().length
                + type.getDeclaredConstructors().length
                + type.getDeclaredFields().length;
    }

    private static URLClassLoader withoutMicrometer() throws MalformedURLException {
        List<URL> path = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (!entry.contains("micrometer")) {
                path.add(Path.of(entry).toUri().toURL());
            }
        }
        return new URLClassLoader(path.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    }

    private static List<String> classes() throws IOException, URISyntaxException {
        Path root = Path.of(TargetId.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        try (Stream<Path> files = Files.walk(root)) {
            return files.map(file -> root.relativize(file).toString())
                    .filter(file -> file.endsWith(".class") && !file.endsWith("-info.class"))
                    .map(file ->
                            file.substring(0, file.length() - ".class".length()).replace(File.separatorChar, '.'))
                    .toList();
        }
    }
}
