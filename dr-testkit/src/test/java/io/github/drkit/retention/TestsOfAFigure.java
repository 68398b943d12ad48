package io.github.drkit.retention;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

/** Runs the tests of one class in this process and ends it with 0 only if all of them ran and none failed. */
final class TestsOfAFigure {

    private TestsOfAFigure() {}

    public static void main(String[] arguments) throws ClassNotFoundException {
        Events tests = EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(Class.forName(arguments[0])))
                .execute()
                .testEvents();
        if (tests.started().count() == 0
                || tests.succeeded().count() != tests.started().count()) {
            tests.failed().stream()
                    .map(event -> event.getRequiredPayload(TestExecutionResult.class))
                    .forEach(failed -> failed.getThrowable().ifPresent(Throwable::printStackTrace));
            throw new IllegalStateException("Not all tests of " + arguments[0] + " succeeded");
        }
    }
}
