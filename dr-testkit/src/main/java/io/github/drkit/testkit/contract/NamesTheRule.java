package io.github.drkit.testkit.contract;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.opentest4j.TestAbortedException;

/** Puts the rule in front of whatever a broken implementation makes a test fail with. */
final class NamesTheRule implements TestExecutionExceptionHandler {

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable thrown) throws Throwable {
        // A subclass may have tests of its own, which are no rules.
        boolean rule = context.getDisplayName().matches("[A-Z]{3}-[0-9]{3} .*");
        if (!rule || skips(thrown)) {
            throw thrown;
        }
        throw new AssertionError("Broken rule " + context.getDisplayName() + "\n" + thrown, thrown);
    }

    /** AssertJ skips by JUnit 4's exception where JUnit 4 is on the class path, and Jupiter takes both for a skip. */
    private static boolean skips(Throwable thrown) {
        for (Class<?> type = thrown.getClass(); type != null; type = type.getSuperclass()) {
            if (type == TestAbortedException.class
                    || type.getName().equals("org.junit.internal.AssumptionViolatedException")) {
                return true;
            }
        }
        return false;
    }
}
