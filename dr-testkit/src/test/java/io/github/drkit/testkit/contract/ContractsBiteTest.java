package io.github.drkit.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.lang.reflect.Method;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

/** Runs each contract over a fake that breaks one rule, and wants that rule to fail and to say so. */
class ContractsBiteTest {

    private static final Map<String, Class<?>> BROKEN = new TreeMap<>(Map.of(
            "CHK", BrokenCheckTestCase.class,
            "FNC", BrokenFenceTestCase.class,
            "SWT", BrokenEndpointSwitchTestCase.class,
            "JRN", BrokenJournalTestCase.class,
            "LSE", BrokenLeaseTestCase.class,
            "STO", BrokenPointStoreTestCase.class,
            "TGT", BrokenBackupTargetTestCase.class,
            "RST", BrokenRestoreStrategyTestCase.class));

    /**
     * Kept by the engine, whatever the target does: the contract asks them so that nobody relies on another engine.
     */
    private static final Set<String> KEPT_BY_THE_ENGINE = Set.of("TGT-009", "RST-010");

    static Stream<String> rules() {
        return ContractPageTest.rules().keySet().stream().filter(rule -> !KEPT_BY_THE_ENGINE.contains(rule));
    }

    @ParameterizedTest
    @MethodSource("rules")
    void aFakeThatBreaksARuleFailsThatRuleAndTheMessageNamesIt(String rule) {
        Map<String, String> failed = failures(rule);

        assertThat(failed)
                .as("rules that failed though %s alone was broken", rule)
                .containsKey(rule);
        assertThat(failed.get(rule))
                .startsWith(
                        "Broken rule " + rule + " " + ContractPageTest.rules().get(rule));
    }

    @Test
    void aFakeThatBreaksNothingPassesEveryRule() {
        Map<String, String> failed = new TreeMap<>();
        Set<String> passed = new TreeSet<>();
        BROKEN.values().forEach(broken -> {
            Events events = run(selectClass(broken), "nothing");
            failed.putAll(failed(events));
            events.succeeded().stream()
                    .forEach(event -> passed.add(
                            event.getTestDescriptor().getDisplayName().substring(0, 7)));
        });

        assertThat(failed).isEmpty();
        Set<String> rules = new TreeSet<>(ContractPageTest.rules().keySet());
        // This target declares everything, so there is nothing undeclared to ask it for.
        rules.remove("TGT-016");
        assertThat(passed).as("rules that passed, none of them skipped").isEqualTo(rules);
    }

    /** Runs the one rule only: a fake that breaks it may well break others by the way. */
    private static Map<String, String> failures(String rule) {
        Class<?> broken = BROKEN.get(rule.substring(0, 3));
        String method = Stream.of(broken.getSuperclass().getDeclaredMethods())
                .filter(candidate -> candidate.isAnnotationPresent(DisplayName.class))
                .filter(candidate ->
                        candidate.getAnnotation(DisplayName.class).value().startsWith(rule))
                .map(Method::getName)
                .findFirst()
                .orElseThrow();
        return failed(run(selectMethod(broken, method), rule));
    }

    private static Events run(DiscoverySelector selector, String rule) {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selector)
                .configurationParameter(BrokenBy.PARAMETER, rule)
                .execute()
                .testEvents();
    }

    private static Map<String, String> failed(Events events) {
        return events.failed().stream()
                .collect(Collectors.toMap(
                        event -> event.getTestDescriptor().getDisplayName().substring(0, 7),
                        event -> event.getRequiredPayload(TestExecutionResult.class)
                                .getThrowable()
                                .map(Throwable::getMessage)
                                .orElse("")));
    }
}
