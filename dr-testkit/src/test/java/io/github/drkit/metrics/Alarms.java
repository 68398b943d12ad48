package io.github.drkit.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The rules of docs/status.md, to the letter, evaluated as a Prometheus does: a rule that says {@code for} fires once it has
 * held without a break for as long, for the same labels.
 */
final class Alarms {

    static final Path PAGE = Path.of("../docs/status.md");
    private static final Pattern RULE =
            Pattern.compile(" - alert: (\\w+)\\n {8}expr: ([^\\n]+)\\n(?: {8}for: ([0-9]+)h\\n)?(?= {6}- |```)");

    private final List<Rule> rules;
    private final Map<Holding, Instant> since = new HashMap<>();

    private Alarms(List<Rule> rules) {
        this.rules = rules;
    }

    static Alarms ofThePage() {
        try {
            String page = Files.readString(PAGE);
            List<Rule> rules = new ArrayList<>();
            Matcher rule = RULE.matcher(page);
            while (rule.find()) {
                long hours = rule.group(3) == null ? 0 : Long.parseLong(rule.group(3));
                rules.add(new Rule(rule.group(1), rule.group(2).strip(), Duration.ofHours(hours)));
            }
            assertThat(rules)
                    .as("every alarm of the page is understood")
                    .hasSize(page.split("- alert: ", -1).length - 1)
                    .hasSizeGreaterThan(6);
            return new Alarms(rules);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Set<String> names() {
        return rules.stream().map(Rule::name).collect(Collectors.toCollection(TreeSet::new));
    }

    /** The rules whose expression finds something, be it for long enough or not. */
    Set<String> pending(Scrape scrape) {
        return rules.stream()
                .filter(rule -> !scrape.query(rule.expression()).isEmpty())
                .map(Rule::name)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** One evaluation; the rules that fire now. */
    Set<String> firing(Instant now, Scrape scrape) {
        Set<String> firing = new TreeSet<>();
        Set<Holding> holding = rules.stream()
                .flatMap(rule -> scrape.query(rule.expression()).stream().map(labels -> new Holding(rule, labels)))
                .collect(Collectors.toSet());
        since.keySet().retainAll(holding);
        for (Holding one : holding) {
            Instant from = since.computeIfAbsent(one, begins -> now);
            if (!from.plus(one.rule().hold()).isAfter(now)) {
                firing.add(one.rule().name());
            }
        }
        return firing;
    }

    private record Rule(String name, String expression, Duration hold) {}

    private record Holding(Rule rule, Map<String, String> labels) {}
}
