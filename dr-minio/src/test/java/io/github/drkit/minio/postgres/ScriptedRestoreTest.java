package io.github.drkit.minio.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.Effect;
import io.github.drkit.Plan;
import io.github.drkit.PlanStep;
import io.github.drkit.RunId;
import io.github.drkit.StepResult;
import io.github.drkit.catalog.TrustedKeys;
import io.github.drkit.error.IntegrityException;
import io.github.drkit.error.OutcomeUnknownException;
import io.github.drkit.testkit.VirtualTime;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a restore makes of a server whose databases and roles come and go by themselves. */
class ScriptedRestoreTest {

    private static final String NL = System.lineSeparator();
    private static final RunId RUN = RunId.of("run-1");

    private final VirtualTime time = VirtualTime.startingAt("2026-11-26T02:00:00Z");

    @Test
    void aDatabaseThatWasCreatedAndIsNotThereIsUnknown() {
        ScriptedServer server = ScriptedServer.answering(sql -> sql.contains("count") ? one(0L) : List.of());

        assertThatThrownBy(() -> copy(server).create("ENCODING 'UTF8'", new StepProbe(plan(step("create")))))
                .isExactlyInstanceOf(OutcomeUnknownException.class)
                .hasMessage("Cannot create database 'copy': it was created and is not there" + NL
                        + "Hint: Did somebody drop it? Resume the run: it looks first [DRK-RESTORE-011]");
        assertThat(server.statements()).anyMatch(sql -> sql.startsWith("CREATE DATABASE \"copy\""));
    }

    @Test
    void aDatabaseThatWasDroppedAndIsThereIsUnknown() {
        ScriptedServer server = ScriptedServer.answering(sql -> sql.contains("count")
                ? one(0L)
                : sql.contains("pg_terminate_backend")
                        ? List.of()
                        : List.of(List.of(7L, "copy", "postgres", true, -1, RunDatabase.marker(RUN))));

        assertThatThrownBy(() -> copy(server).drop(Map.of(RunDatabase.OID, "7"), time))
                .isExactlyInstanceOf(OutcomeUnknownException.class)
                .hasMessage("Cannot drop database 'copy': it is still there, or there again" + NL
                        + "Hint: Look who made it: its comment names a run [DRK-RESTORE-012]");
        assertThat(server.statements()).contains("DROP DATABASE \"copy\"");
    }

    @Test
    void propertiesThatAreNoneAreNotApplied() {
        assertThatThrownBy(() -> DatabaseProperties.fromJson("{}".getBytes(StandardCharsets.UTF_8)))
                .isExactlyInstanceOf(IntegrityException.class)
                .hasMessageStartingWith("Cannot read the properties of a database: ")
                .hasMessageEndingWith(" is required" + NL
                        + "Hint: Was the object changed? Its SHA-256 is in the manifest [DRK-RESTORE-013]");
    }

    @Test
    void aRoleThatWasCreatedAndIsNotThereIsNoSuccess(@TempDir Path folder) throws Exception {
        ScriptedServer server = ScriptedServer.answering(sql -> List.of());
        PlanStep step = PlanStep.named(Restore.ROLES, "Creates roles", Effect.NAMED)
                .parameter(Restore.MISSING, "teller")
                .build();
        PostgresDumpRestore strategy = PostgresDumpRestore.builder(
                        Bench.BANK, server.server(), new FolderPointStore(folder))
                .trusted(TrustedKeys.none())
                .build();

        StepResult result = strategy.execute(step, new StepProbe(plan(step)));

        assertThat(result).isEqualTo(StepResult.failed("role 'teller' was created and is not there [DRK-RESTORE-021]"));
        assertThat(server.statements()).anyMatch(sql -> sql.startsWith("CREATE ROLE \"teller\" NOLOGIN"));
    }

    private static RunDatabase copy(ScriptedServer server) {
        return new RunDatabase(new Databases(server.server()), RUN, "copy");
    }

    private static List<List<Object>> one(Object value) {
        return List.of(List.of(value));
    }

    private static PlanStep step(String name) {
        return PlanStep.named(name, "Does it", Effect.NAMED).build();
    }

    private static Plan plan(PlanStep step) {
        return new Plan(RUN, "restore", "point-1", Map.of(), List.of(), List.of(step), List.of(), Optional.empty());
    }
}
