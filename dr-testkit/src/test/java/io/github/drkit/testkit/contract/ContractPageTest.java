package io.github.drkit.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Keeps docs/contract.md and the contracts equal, rule by rule. */
class ContractPageTest {

    private static final Pattern ROW =
            Pattern.compile("\\| ([A-Z]{3}-[0-9]{3}) \\| (MUST|IF [^|]+|UNTESTED) \\| (.+) \\|");

    @Test
    void everyRuleStandsOnThePageAndInItsClass() throws IOException {
        Map<String, String> page = new TreeMap<>();
        for (String line : Files.readAllLines(Path.of("../docs/contract.md"))) {
            Matcher row = ROW.matcher(line);
            if (row.matches() && !row.group(2).equals("UNTESTED")) {
                assertThat(page.put(row.group(1), row.group(3)))
                        .as("%s stands twice", row.group(1))
                        .isNull();
            }
        }

        assertThat(rules()).isEqualTo(page).hasSizeGreaterThan(60);
    }

    static Map<String, String> rules() {
        Map<String, String> rules = new TreeMap<>();
        Stream.of(
                        BackupTargetContract.class,
                        RestoreStrategyContract.class,
                        PointStoreContract.class,
                        JournalContract.class,
                        LeaseContract.class,
                        FenceContract.class,
                        EndpointSwitchContract.class,
                        CheckContract.class)
                .flatMap(contract -> Stream.of(contract.getDeclaredMethods()))
                .filter(method -> method.isAnnotationPresent(Test.class))
                .map(ContractPageTest::name)
                .forEach(name -> rules.put(name.substring(0, 7), name.substring(8)));
        return rules;
    }

    private static String name(Method rule) {
        return rule.getAnnotation(DisplayName.class).value();
    }
}
