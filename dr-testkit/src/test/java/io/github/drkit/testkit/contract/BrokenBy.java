package io.github.drkit.testkit.contract;

import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Tells a test case which rule its fake is to break; the parameter is set by {@link ContractsBiteTest}. */
final class BrokenBy implements BeforeEachCallback {

    static final String PARAMETER = "drkit.broken-rule";

    private String rule = "";

    @Override
    public void beforeEach(ExtensionContext context) {
        rule = context.getConfigurationParameter(PARAMETER).orElse("");
    }

    boolean is(String id) {
        return rule.equals(id);
    }
}
