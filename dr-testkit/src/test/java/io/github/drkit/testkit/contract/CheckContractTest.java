package io.github.drkit.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.drkit.Check;
import io.github.drkit.CheckResult;
import io.github.drkit.RestoredCopy;
import io.github.drkit.StepContext;
import io.github.drkit.error.NotFoundException;
import io.github.drkit.error.TargetUnavailableException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** What a check is told by the copies that cannot be read which the contract gives it. */
class CheckContractTest {

    private final List<RuntimeException> told = new ArrayList<>();

    @Test
    void aCopyWhoseServerIsGoneSaysSo() throws Exception {
        asking().unreadableIsNoSuccess();

        assertThat(told)
                .singleElement()
                .isExactlyInstanceOf(TargetUnavailableException.class)
                .extracting(Throwable::getMessage)
                .isEqualTo("Cannot open database 'bank': the server is gone but must answer\n"
                        + "Hint: Begin the copy again [DRK-FAKE-031]");
    }

    @Test
    void aCopyWithoutDatabasesNamesTheOneItLacks() throws Exception {
        asking().emptyIsNoSuccess();

        assertThat(told)
                .singleElement()
                .isExactlyInstanceOf(NotFoundException.class)
                .extracting(Throwable::getMessage)
                .isEqualTo("Cannot open database 'bank': the copy has none of this name but must\n"
                        + "Hint: Name one it has [DRK-FAKE-030]");
    }

    /** A contract whose check asks for the bank and keeps what it is told. */
    private CheckContract asking() {
        return new CheckContract() {

            @Override
            protected Check check() {
                return new Check() {
                    @Override
                    public String name() {
                        return "asking";
                    }

                    @Override
                    public CheckResult check(RestoredCopy copy, StepContext context) {
                        try {
                            copy.database("bank");
                        } catch (RuntimeException e) {
                            told.add(e);
                            throw e;
                        }
                        throw new AssertionError("a copy that cannot be read opened its database");
                    }
                };
            }

            @Override
            protected RestoredCopy right() {
                return new RestoredCopy() {
                    @Override
                    public Set<String> databases() {
                        return Set.of("bank");
                    }

                    @Override
                    public DataSource database(String original) {
                        throw new AssertionError("the right copy is not looked at here");
                    }

                    @Override
                    public void close() {
                        // Nothing is open.
                    }
                };
            }

            @Override
            protected List<RestoredCopy> wrong() {
                return List.of();
            }

            @Override
            protected String contents() {
                return "";
            }
        };
    }
}
