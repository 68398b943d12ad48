package io.github.drkit.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The page lists what the tests against moto show to be different, and nothing else. */
class MotoDifferencesTest {

    @Test
    void thePageListsEveryDifferenceThatIsTested() throws IOException {
        List<String> tested = Stream.of(MotoIT.class, MotoOperationsIT.class, MotoSecretsManagerSwitchIT.class)
                .flatMap(asked -> Arrays.stream(asked.getDeclaredMethods()))
                .flatMap(method -> Optional.ofNullable(method.getAnnotation(DisplayName.class)).stream())
                .map(DisplayName::value)
                .toList();
        String page = Files.readString(Path.of("../docs/rds-fake.md"));
        String section = page.substring(page.indexOf("## What moto does differently"));
        Stream<String> listed =
                section.lines().filter(line -> line.startsWith("- ")).map(line -> line.substring(2));

        assertThat(listed).containsExactlyInAnyOrderElementsOf(tested);
    }
}
