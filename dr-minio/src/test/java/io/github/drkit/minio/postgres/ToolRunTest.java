package io.github.drkit.minio.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.Progress;
import io.github.drkit.TimeSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class ToolRunTest {

    @TempDir
    Path folder;

    @Test
    void outputOfAProgramThatEndsWellIsReadToItsEnd() throws Exception {
        assertThat(output("printf 'abc'; echo 'tool: detail: fine' >&2")).isEqualTo("abc");
    }

    @Test
    void outputLargerThanThePipeAndTheQueueArrivesWhole() throws Exception {
        assertThat(output("head -c 5000000 /dev/zero")).hasSize(5_000_000);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
                    printf abc; echo 'tool: error: no' >&2; exit 1   | tool ended with exit code 1 but 0 is required; it said: tool: error: no
                    printf abc; exit 3                               | tool ended with exit code 3 but 0 is required; it said: nothing
                    printf abc; kill -9 $$                           | tool was ended by signal 9; it said: nothing
                    printf abc; kill -15 $$                          | tool was ended by signal 15; it said: nothing
                    printf abc; echo 'tool: error: partly' >&2       | tool ended with exit code 0 but it said 'tool: error: partly'
                    printf abc; echo 'tool: warning: odd' >&2        | tool ended with exit code 0 but it warned 'tool: warning: odd'
                    printf abc; echo 'WARNING:  odd' >&2             | tool ended with exit code 0 but it warned 'WARNING:  odd'
                    printf abc; echo 'FATAL:  gone' >&2              | tool ended with exit code 0 but it said 'FATAL:  gone'
                    true                                             | tool ended with exit code 0 but wrote nothing
                    """)
    void outputOfAProgramThatEndsBadlyHasNoEnd(String script, String message) {
        assertThatThrownBy(() -> output(script))
                .isExactlyInstanceOf(ToolFailure.class)
                .hasMessage(message);
    }

    @Test
    void anErrorAmongManyLinesIsNotOverlooked() {
        assertThatThrownBy(() -> output("printf abc; i=0; while [ $i -lt 500 ]; do echo line $i >&2;"
                        + " [ $i = 250 ] && echo 'tool: error: hidden' >&2; i=$((i+1)); done"))
                .isExactlyInstanceOf(ToolFailure.class)
                .hasMessage("tool ended with exit code 0 but it said 'tool: error: hidden'");
    }

    @Test
    void harmlessWarningsAreKeptAndPass() throws Exception {
        Path tool = FakeTool.write(
                folder,
                "tool",
                "printf abc; echo 'tool: warning: there are circular foreign-key constraints on this table:' >&2");
        try (ToolRun run = begin(tool, Map.of(), Duration.ofSeconds(30))) {
            run.output().readAllBytes();

            assertThat(run.words().harmless())
                    .containsExactly("tool: warning: there are circular foreign-key constraints on this table:");
        }
    }

    @Test
    void thePasswordIsBlackedOut() {
        assertThatThrownBy(() -> output(
                        "echo \"tool: error: password $PGPASSWORD refused\" >&2; exit 1",
                        Map.of("PGPASSWORD", "s3cret-word")))
                .isExactlyInstanceOf(ToolFailure.class)
                .hasMessage(
                        "tool ended with exit code 1 but 0 is required; it said: tool: error: password *** refused");
    }

    @Test
    void nothingOfTheHostsEnvironmentReachesTheProgramButThePath() throws Exception {
        assertThat(output("env | cut -d= -f1 | grep -v -e PWD -e _ | sort | tr '\\n' ' '", Map.of("PGHOST", "x")))
                .isEqualTo("PATH PGHOST ");
        assertThat(output("echo $LC_ALL $LC_MESSAGES")).isEqualTo("C C\n");
    }

    @Test
    void aProgramThatHangsAndIgnoresSigtermIsKilledWithItsChildren() throws Exception {
        Path tool = FakeTool.write(folder, "tool", "trap '' TERM; printf abc; sleep 1000 & wait; sleep 1000");
        ToolRun run = begin(tool, Map.of(), Duration.ofSeconds(1));

        assertThatThrownBy(() -> run.output().readAllBytes())
                .isExactlyInstanceOf(ToolFailure.class)
                .hasMessage("tool wrote nothing for 1 s and was killed; it said: nothing");
        assertThat(ProcessHandle.current().descendants().filter(ProcessHandle::isAlive))
                .noneMatch(process -> process.info().commandLine().orElse("").contains(folder.toString()));
        run.close();
    }

    @Test
    void aProgramThatClosesItsOutputAndStaysIsKilled() throws Exception {
        Path tool = FakeTool.write(folder, "tool", "printf abc; exec >&-; exec sleep 1000");
        try (ToolRun run = begin(tool, Map.of(), Duration.ofSeconds(1))) {
            assertThatThrownBy(() -> run.output().readAllBytes())
                    .isExactlyInstanceOf(ToolFailure.class)
                    .hasMessage("tool closed its output but did not end within 1 s and was killed");
        }
    }

    @Test
    void interruptionEndsTheReadingAndTheProgram() throws Exception {
        Path tool = FakeTool.write(folder, "tool", "printf abc; exec sleep 1000");
        ToolRun run = begin(tool, Map.of(), Duration.ofHours(1));
        AtomicReference<Exception> thrown = new AtomicReference<>();
        AtomicReference<Boolean> flag = new AtomicReference<>(false);
        CountDownLatch reading = new CountDownLatch(1);
        Thread reader = new Thread(() -> {
            try (InputStream output = run.output()) {
                output.readNBytes(3);
                reading.countDown();
                output.read();
            } catch (IOException e) {
                thrown.set(e);
                flag.set(Thread.currentThread().isInterrupted());
            }
        });
        reader.start();
        assertThat(reading.await(30, TimeUnit.SECONDS)).isTrue();

        reader.interrupt();
        reader.join(30_000);

        assertThat(thrown.get())
                .isExactlyInstanceOf(InterruptedIOException.class)
                .hasMessage("Reading from tool was cancelled; it was killed");
        assertThat(flag.get()).isTrue();
    }

    @Test
    void aProgramThatIsFedIsJudgedToo() throws Exception {
        Path tool = FakeTool.write(folder, "tool", "cat >/dev/null; echo 'tool: warning: errors ignored' >&2; exit 0");
        try (ToolRun run = begin(tool, Map.of(), Duration.ofSeconds(30))) {
            run.input().write("abc".getBytes(StandardCharsets.UTF_8));
            run.input().close();

            assertThatThrownBy(() -> run.requireSuccess(Progress.silent()))
                    .isExactlyInstanceOf(ToolFailure.class)
                    .hasMessage("tool ended with exit code 0 but it warned 'tool: warning: errors ignored'");
        }
    }

    private String output(String script) throws IOException {
        return output(script, Map.of());
    }

    private String output(String script, Map<String, String> environment) throws IOException {
        Path tool = FakeTool.write(folder, "tool", script);
        try (ToolRun run = begin(tool, environment, Duration.ofSeconds(30))) {
            return new String(run.output().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static ToolRun begin(Path tool, Map<String, String> environment, Duration patience) throws ToolFailure {
        return ToolRun.begin("tool", tool, List.of(), environment, TimeSource.system(), patience);
    }
}
