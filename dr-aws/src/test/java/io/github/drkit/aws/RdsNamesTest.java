package io.github.drkit.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.RunId;
import io.github.drkit.TargetId;
import io.github.drkit.error.RequestRefusedException;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RdsNamesTest {

    private static final RunId RUN = RunId.of("20261122t020000z-7f3a9c2e");

    @ParameterizedTest
    @CsvSource({
        "{instance}-pre-{label}, v1.13.0-upgrade, fineract-prod-pre-v1-13-0-upgrade",
        "{instance}-{label}, pre v1.13.0 upgrade, fineract-prod-pre-v1-13-0-upgrade",
        "{instance}-{run}, '', fineract-prod-20261122t020000z-7f3a9c2e",
        "{label}, 13.0, s-13-0",
        "{label}, -- Über--Größe --, uber-gro-e",
        "{label}, 升级, s-",
        "{instance}-{label}, {run}, fineract-prod-run",
    })
    void whatRdsRefusesBecomesAHyphen(String template, String label, String expected) {
        assertThat(RdsNames.snapshot(template, "fineract-prod", label, RUN))
                .isEqualTo(expected.equals("s-") ? "s" : expected)
                .matches("[a-z](-?[a-z0-9])*");
    }

    @Test
    void aLongNameIsCutAndStaysAName() {
        String name = RdsNames.snapshot("{instance}-{label}", "fineract-prod", "a-".repeat(200), RUN);

        assertThat(name).hasSizeLessThanOrEqualTo(255).matches("[a-z](-?[a-z0-9])*");
        assertThat(RdsNames.distinct(name, RUN)).hasSizeLessThanOrEqualTo(255).matches("[a-z](-?[a-z0-9])*");
    }

    @Test
    void anInstanceIsChosenWithinFiftyCharactersAndTheSameForTheSameRun() {
        String chosen = RdsNames.chosenInstance("x".repeat(63), "restored", RUN);

        assertThat(chosen)
                .hasSizeLessThanOrEqualTo(50)
                .isEqualTo(RdsNames.chosenInstance("x".repeat(63), "restored", RUN));
        assertThat(chosen).isNotEqualTo(RdsNames.chosenInstance("x".repeat(63), "restored", RunId.of("other")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1bank", "bank-", "ba--nk", "ba.nk", "ba_nk", "bänk"})
    void anIdentifierRdsWouldRefuseIsRefused(String identifier) {
        assertThatThrownBy(() -> RdsNames.instance(identifier))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage("Cannot accept instance identifier '" + identifier + "': it has " + identifier.length()
                        + " characters but RDS takes 1 to 63 letters, digits and single hyphens, a letter first and no"
                        + " hyphen last\nHint: Choose another identifier [DRK-RDS-018]");
    }

    @Test
    void anIdentifierWhoseEndpointFineractCannotKeepIsRefused() {
        assertThat(RdsNames.newInstance("A".repeat(50))).isEqualTo("a".repeat(50));
        assertThatThrownBy(() -> RdsNames.newInstance("a".repeat(51)))
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage("Cannot restore to instance '" + "a".repeat(51)
                        + "': the identifier has 51 characters but at most 50 keep the endpoint within the 100 characters of"
                        + " Fineract's tenant_server_connections.schema_server\nHint: Choose a shorter identifier"
                        + " [DRK-RDS-019]");
    }

    @Test
    void snapshotsOfAllKindsAndRegionsArePointsOfDifferentNames() {
        assertThat(RdsNames.point("rds:bank-2026-11-22-03-00", "eu-central-1", "eu-central-1"))
                .hasToString("rds.bank-2026-11-22-03-00");
        assertThat(RdsNames.point("Before", "us-east-2", "eu-central-1")).hasToString("before.in.us-east-2");
        assertThat(RdsNames.point("a".repeat(255), "eu-central-1", "eu-central-1")
                        .value())
                .hasSize(127)
                .isNotEqualTo(RdsNames.point("a".repeat(254), "eu-central-1", "eu-central-1")
                        .value());
        assertThat(RdsNames.instant(TargetId.of("bank"), Instant.parse("2026-11-22T01:02:03Z")))
                .hasToString("bank.at.20261122t010203z");
    }

    @Test
    void arnsOfNeighboursAreDerived() {
        String arn = "arn:aws:rds:eu-central-1:123456789012:db:bank";

        assertThat(RdsNames.arn(arn, "snapshot", "x")).isEqualTo("arn:aws:rds:eu-central-1:123456789012:snapshot:x");
        assertThat(RdsNames.in(arn, "us-east-2")).isEqualTo("arn:aws:rds:us-east-2:123456789012:db:bank");
    }
}
