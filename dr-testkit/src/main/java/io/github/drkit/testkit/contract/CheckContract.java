package io.github.drkit.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.drkit.Check;
import io.github.drkit.CheckResult;
import io.github.drkit.Outcome;
import io.github.drkit.RestoredCopy;
import io.github.drkit.TimeSource;
import io.github.drkit.error.NotFoundException;
import io.github.drkit.error.TargetUnavailableException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What all {@link Check}s must do: the rules CHK of {@code docs/contract.md}. A check decides whether a point is PROVEN, so
 * most rules are about what it must not be content with.
 */
@ExtendWith(NamesTheRule.class)
public abstract class CheckContract {

    /** For subclasses, which need nothing passed in. */
    protected CheckContract() {}

    /**
     * Makes the check.
     *
     * @return the same check each time, in the same test
     * @throws Exception whatever making it throws; the test fails
     */
    protected abstract Check check() throws Exception;

    /**
     * Opens a copy in which all is as it should be. May be called several times in a test, for the same copy.
     *
     * @return the copy; the contract closes it
     * @throws Exception whatever opening throws; the test fails
     */
    protected abstract RestoredCopy right() throws Exception;

    /**
     * Opens copies that are readable, in each of which something is wrong that the check is there to find.
     *
     * @return one copy or more; the contract closes them
     * @throws Exception whatever opening throws; the test fails
     */
    protected abstract List<? extends RestoredCopy> wrong() throws Exception;

    /**
     * Describes all the right copy holds, seen by other means than the check's.
     *
     * @return equal texts for equal contents
     * @throws Exception whatever looking throws; the test fails
     */
    protected abstract String contents() throws Exception;

    /**
     * Names what must not be shown: passwords of the copy, for instance.
     *
     * @return none unless overridden
     */
    protected List<String> secrets() {
        return List.of();
    }

    @Test
    @DisplayName("CHK-001 the name is always the same: one word of lower-case letters, digits, dashes and underscores")
    void namedAlwaysTheSame() throws Exception {
        String name = check().name();

        assertThat(name).as("name").matches("[a-z0-9][a-z0-9_-]*");
        assertThat(check().name()).as("name, asked again").isEqualTo(name);
    }

    @Test
    @DisplayName("CHK-002 a copy that is right SUCCEEDED, and what was expected and found is said")
    void acceptsWhatIsRight() throws Exception {
        CheckResult result = look();

        assertThat(result.outcome()).as("outcome: %s", result).isEqualTo(Outcome.SUCCEEDED);
        assertThat(result.expected()).as("expected").isNotBlank();
        assertThat(result.actual()).as("actual").isNotBlank();
    }

    @Test
    @DisplayName("CHK-003 a copy that is wrong FAILED, and what was found is said and is not what is right")
    void refusesWhatIsWrong() throws Exception {
        CheckResult right = look();
        List<? extends RestoredCopy> copies = wrong();
        assertThat(copies).as("copies that are wrong").isNotEmpty();
        for (RestoredCopy copy : copies) {
            try (copy) {
                CheckResult result = check().check(copy, context());

                assertThat(result.outcome()).as("outcome: %s", result).isEqualTo(Outcome.FAILED);
                assertThat(result.actual()).as("actual").isNotBlank().isNotEqualTo(right.actual());
            }
        }
    }

    @Test
    @DisplayName("CHK-004 looking changes nothing in the copy")
    void changesNothing() throws Exception {
        String before = contents();

        look();

        assertThat(contents()).as("contents of the copy").isEqualTo(before);
    }

    @Test
    @DisplayName("CHK-005 looking again finds the same")
    void findsTheSameAgain() throws Exception {
        assertThat(look()).as("what is found the second time").isEqualTo(look());
    }

    @Test
    @DisplayName("CHK-006 a copy whose databases cannot be read is no success")
    void unreadableIsNoSuccess() throws Exception {
        try (RestoredCopy right = right()) {
            assumeThat(right.databases()).as("databases of the copy").isNotEmpty();

            notContentWith(new Unreadable(right.databases()));
        }
    }

    @Test
    @DisplayName("CHK-007 a copy without databases is no success")
    void emptyIsNoSuccess() throws Exception {
        try (RestoredCopy right = right()) {
            assumeThat(right.databases()).as("databases of the copy").isNotEmpty();
        }

        notContentWith(new Unreadable(Set.of()));
    }

    @Test
    @DisplayName("CHK-008 no secret stands in what is said")
    void tellsNoSecret() throws Exception {
        assumeThat(secrets()).as("secrets to look for").isNotEmpty();
        List<String> said = new ArrayList<>(List.of(check().name(), String.valueOf(check()), String.valueOf(look())));
        for (RestoredCopy copy : wrong()) {
            try (copy) {
                said.add(String.valueOf(check().check(copy, context())));
            }
        }

        for (String secret : secrets()) {
            assertThat(said).as("what is said").noneMatch(text -> text.contains(secret));
        }
    }

    private CheckResult look() throws Exception {
        try (RestoredCopy copy = right()) {
            return check().check(copy, context());
        }
    }

    /** The engine takes an exception for UNKNOWN, so throwing is as good an answer as saying so. */
    private void notContentWith(RestoredCopy copy) throws Exception {
        CheckResult result;
        try {
            result = check().check(copy, context());
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception expected) {
            return;
        }
        assertThat(result.outcome()).as("outcome: %s", result).isIn(Outcome.FAILED, Outcome.UNKNOWN);
    }

    private static LookingContext context() {
        return new LookingContext(TimeSource.system());
    }

    /** A copy whose server has gone since. */
    private record Unreadable(Set<String> databases) implements RestoredCopy {

        @Override
        public DataSource database(String original) {
            if (!databases.contains(original)) {
                throw new NotFoundException(
                        "DRK-FAKE-030",
                        "Cannot open database '" + original + "': the copy has none of this name but must",
                        "Name one it has");
            }
            throw new TargetUnavailableException(
                    "DRK-FAKE-031",
                    "Cannot open database '" + original + "': the server is gone but must answer",
                    "Begin the copy again");
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }
}
