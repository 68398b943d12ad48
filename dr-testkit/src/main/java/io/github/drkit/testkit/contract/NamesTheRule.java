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
        if (!rule || thrown instanceof TestAbortedException) {
            throw thrown;
        }
        throw new AssertionError("Broken rule " + context.getDisplayName() + "\n" + thrown, thrown);
    }
}
