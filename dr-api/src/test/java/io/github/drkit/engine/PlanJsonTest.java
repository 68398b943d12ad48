package io.github.drkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.Effect;
import io.github.drkit.Estimate;
import io.github.drkit.Plan;
import io.github.drkit.PlanStep;
import io.github.drkit.PlanStep.Trait;
import io.github.drkit.Precondition;
import io.github.drkit.RunId;
import io.github.drkit.StepOwner;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanJsonTest {

    private static final Plan FULL = new Plan(
            RunId.of("r-1"),
            "restore",
            "bank-r-0",
            Map.of("place", "bank \"new\"", "selection", "latest"),
            List.of(new Precondition("database", "bank", "absent")),
            List.of(
                    PlanStep.named("create", "Make it", Effect.NAMED)
                            .owner(StepOwner.APPLICATION)
                            .changes("database")
                            .inverse("drop it")
                            .build(),
                    PlanStep.named("load", "Load it\nwhole", Effect.CONDITIONAL)
                            .after("create")
                            .traits(Trait.VOLATILE, Trait.DESTRUCTIVE)
                            .parameter("jobs", "2")
                            .command("pg_restore -j 2")
                            .build()),
            List.of(new Plan.Remark(Plan.Remark.Kind.LOST, "three rows")),
            Optional.of(new Estimate(Duration.ofSeconds(1), Duration.ofMinutes(2), "as last time")));

    private static final String JSON = "{\"estimate\":{\"atLeast\":\"PT1S\",\"atMost\":\"PT2M\",\"ground\":\"as last"
            + " time\"},\"kind\":\"restore\",\"preconditions\":[{\"about\":\"bank\",\"name\":\"database\",\"value\":"
            + "\"absent\"}],\"remarks\":[{\"kind\":\"LOST\",\"text\":\"three rows\"}],\"request\":{\"place\":\"bank"
            + " \\\"new\\\"\",\"selection\":\"latest\"},\"run\":\"r-1\",\"schema\":\"drkit-plan/1\",\"steps\":["
            + "{\"after\":[],\"changes\":[\"database\"],\"commands\":[],\"effect\":\"NAMED\",\"inverse\":\"drop it\","
            + "\"name\":\"create\",\"owner\":\"APPLICATION\",\"parameters\":{},\"title\":\"Make it\",\"traits\":[]},"
            + "{\"after\":[\"create\"],\"changes\":[],\"commands\":[\"pg_restore -j 2\"],\"effect\":\"CONDITIONAL\","
            + "\"inverse\":\"\",\"name\":\"load\",\"owner\":\"DEVOPS\",\"parameters\":{\"jobs\":\"2\"},\"title\":"
            + "\"Load it\\nwhole\",\"traits\":[\"DESTRUCTIVE\",\"VOLATILE\"]}],\"subject\":\"bank-r-0\"}";

    @Test
    void everyPartOfAPlanIsWrittenAndComesBack() {
        assertThat(PlanJson.write(FULL)).isEqualTo(JSON);

        Plan read = PlanJson.read(JSON);

        assertThat(read).isEqualTo(FULL);
        assertThat(read.digest()).isEqualTo(FULL.digest());
    }

    @Test
    void aPlanWithoutAnEstimateComesBackWithoutOne() {
        Plan brief = new Plan(
                FULL.run(),
                FULL.kind(),
                FULL.subject(),
                Map.of(),
                List.of(),
                FULL.steps(),
                List.of(),
                Optional.empty());

        assertThat(PlanJson.read(PlanJson.write(brief))).isEqualTo(brief);
    }

    /** Each change of the JSON above, and what is said of it. */
    @ParameterizedTest(name = "{2}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "drkit-plan/1 | drkit-plan/2 | Cannot read plan: its format is not drkit-plan/1",
                "\"subject\":\"bank-r-0\" | \"subject\":7 | Cannot read plan: 'subject' is not a string",
                "\"run\":\"r-1\", | \"run2\":\"\", | Cannot read plan: 'run' is not a string",
                "\"parameters\":{\"jobs\":\"2\"} | \"parameters\":{\"jobs\":2} | Cannot read plan: 'jobs' is not a string",
                "\"parameters\":{} | \"parameters\":[] | Cannot read plan: 'parameters' is not an object",
                "\"preconditions\":[{ | \"preconditions\":[1,{ | Cannot read plan: 'preconditions' holds no objects",
                "\"remarks\":[{\"kind\":\"LOST\",\"text\":\"three rows\"}] | \"remarks\":{} |"
                        + " Cannot read plan: 'remarks' is not a list",
                "\"commands\":[] | \"commands\":{} | Cannot read plan: 'commands' is not a list",
                "\"commands\":[] | \"commands\":[1] | Cannot read plan: a member has the wrong type",
                "\"atLeast\":\"PT1S\" | \"atLeast\":\"soon\" | Cannot read plan: a member has the wrong type",
                "\"after\":[\"create\"] | \"after\":[\"later\"] | Cannot plan step 'load': it comes after [later] but"
                        + " only [create] stand before it"
            })
    void whatIsNoPlanIsRefusedByName(String part, String instead, String message) {
        assertThat(JSON).contains(part);

        assertThatThrownBy(() -> PlanJson.read(JSON.replace(part, instead)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void whatIsNoJsonIsRefused() {
        assertThatThrownBy(() -> PlanJson.read("{"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot read JSON: the 1 bytes are no well-formed object but must be one");
    }
}
