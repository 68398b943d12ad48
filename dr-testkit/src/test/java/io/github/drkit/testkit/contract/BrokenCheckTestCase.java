package io.github.drkit.testkit.contract;

import io.github.drkit.Check;
import io.github.drkit.CheckResult;
import io.github.drkit.Outcome;
import io.github.drkit.RestoredCopy;
import io.github.drkit.StepContext;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A check that is wrong in one way each. Its databases hold one text, read and written as a connection's catalog. */
class BrokenCheckTestCase extends CheckContract {

    private static final String BANK = "bank";
    private static final String PASSWORD = "the-password";

    @RegisterExtension
    private final BrokenBy broken = new BrokenBy();

    private final AtomicReference<String> text = new AtomicReference<>("in order");
    private int looks;

    @Override
    protected Check check() {
        return new Check() {
            @Override
            public String name() {
                return broken.is("CHK-001") ? "in order?" : "in-order";
            }

            @Override
            public CheckResult check(RestoredCopy copy, StepContext context) throws SQLException {
                return look(copy);
            }
        };
    }

    private CheckResult look(RestoredCopy copy) throws SQLException {
        if (broken.is("CHK-007") && copy.databases().isEmpty()) {
            return new CheckResult(Outcome.SUCCEEDED, "in order", "nothing to complain of");
        }
        String found;
        try (Connection connection = copy.database(BANK).getConnection()) {
            found = connection.getCatalog();
            if (broken.is("CHK-004")) {
                connection.setCatalog("looked at");
            }
        } catch (RuntimeException e) {
            if (broken.is("CHK-006") && !copy.databases().isEmpty()) {
                return new CheckResult(Outcome.SUCCEEDED, "in order", "no complaint");
            }
            throw e;
        }
        boolean content = found.equals("in order") != broken.is("CHK-002") || broken.is("CHK-003");
        String said =
                found + (broken.is("CHK-005") ? " at look " + ++looks : "") + (broken.is("CHK-008") ? PASSWORD : "");
        return new CheckResult(content ? Outcome.SUCCEEDED : Outcome.FAILED, "in order", said);
    }

    @Override
    protected RestoredCopy right() {
        return new Copy(text);
    }

    @Override
    protected List<RestoredCopy> wrong() {
        return List.of(
                new Copy(new AtomicReference<>("in disorder")), new Copy(new AtomicReference<>("half in order")));
    }

    @Override
    protected String contents() {
        return text.get();
    }

    @Override
    protected List<String> secrets() {
        return List.of(PASSWORD);
    }

    private record Copy(AtomicReference<String> text) implements RestoredCopy {

        @Override
        public Set<String> databases() {
            return Set.of(BANK);
        }

        @Override
        public DataSource database(String original) {
            return (DataSource) Proxy.newProxyInstance(
                    Copy.class.getClassLoader(),
                    new Class<?>[] {DataSource.class},
                    (source, method, arguments) -> connection());
        }

        private Connection connection() {
            return (Connection) Proxy.newProxyInstance(
                    Copy.class.getClassLoader(), new Class<?>[] {Connection.class}, (connection, method, arguments) -> {
                        if (method.getName().equals("setCatalog")) {
                            text.set((String) arguments[0]);
                        }
                        return method.getName().equals("getCatalog") ? text.get() : null;
                    });
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }
}
