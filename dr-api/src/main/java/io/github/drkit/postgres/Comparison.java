package io.github.drkit.postgres;

import io.github.drkit.postgres.Baseline.Entry;
import io.github.drkit.postgres.Difference.Kind;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Compares two baselines entry by entry, fact by fact, and decides how far each difference matters. */
final class Comparison {

    private static final String ABSENT = "absent";

    /** Written back by the server's own deparser, whose wording changes between major versions. */
    private static final Set<String> DEPARSED =
            Set.of("constraint", "index", "view", "trigger", "policy", "function", "rule", "type", "statistics");

    private final Baseline expected;
    private final Baseline actual;
    private final boolean sameMajor;
    private final List<Difference> differences = new ArrayList<>();

    Comparison(Baseline expected, Baseline actual) {
        this.expected = expected;
        this.actual = actual;
        this.sameMajor = expected.serverVersion() / 10_000 == actual.serverVersion() / 10_000;
    }

    List<Difference> differences() {
        Map<String, Entry> before = byName(expected);
        Map<String, Entry> after = byName(actual);
        for (Entry entry : expected.entries()) {
            Entry other = after.get(entry.name());
            if (other != null) {
                facts(entry, other);
            } else {
                missing(entry, after);
            }
        }
        for (Entry entry : actual.entries()) {
            if (!before.containsKey(entry.name())) {
                unexpected(entry, before);
            }
        }
        differences.sort(Comparator.comparing(Difference::kind)
                .thenComparing(Difference::object)
                .thenComparing(Difference::expected));
        return List.copyOf(differences);
    }

    private void missing(Entry entry, Map<String, Entry> after) {
        switch (entry.kind()) {
            case "owner" -> {
                // The object itself is missing and said to be.
            }
            case "grants" -> {
                if (after.containsKey("owner " + entry.object()) || !ownable(entry.object(), expected)) {
                    facts(entry, new Entry(entry.kind(), entry.object(), Map.of()));
                }
            }
            case "setting" -> facts(entry, new Entry(entry.kind(), entry.object(), Map.of()));
            default -> differences.add(new Difference(presence(entry.kind()), entry.name(), "present", ABSENT));
        }
    }

    private void unexpected(Entry entry, Map<String, Entry> before) {
        switch (entry.kind()) {
            case "owner" -> {
                // The object itself is unexpected and said to be.
            }
            case "grants" -> {
                if (before.containsKey("owner " + entry.object()) || !ownable(entry.object(), actual)) {
                    facts(new Entry(entry.kind(), entry.object(), Map.of()), entry);
                }
            }
            case "setting" -> facts(new Entry(entry.kind(), entry.object(), Map.of()), entry);
            default -> differences.add(new Difference(presence(entry.kind()), entry.name(), ABSENT, "present"));
        }
    }

    private static boolean ownable(String object, Baseline baseline) {
        return baseline.entries().stream()
                .anyMatch(
                        entry -> entry.kind().equals("owner") && entry.object().equals(object));
    }

    private void facts(Entry entry, Entry other) {
        Set<String> names = new TreeSet<>(entry.facts().keySet());
        names.addAll(other.facts().keySet());
        for (String name : names) {
            String before = entry.facts().getOrDefault(name, ABSENT);
            String after = other.facts().getOrDefault(name, ABSENT);
            if (!before.equals(after) && held(entry, name)) {
                differences.add(new Difference(kind(entry, other, name), entry.name() + ", " + name, before, after));
            }
        }
    }

    /** A fact only the deeper or later capture has is nothing the baseline could promise. */
    private boolean held(Entry entry, String fact) {
        return switch (fact) {
            case "rows", "digest", "position", "called" -> entry.facts().containsKey(fact);
            default -> true;
        };
    }

    private Kind kind(Entry entry, Entry other, String fact) {
        return switch (entry.kind()) {
            case "owner" -> Kind.OWNERSHIP;
            case "grants" -> Kind.GRANT;
            case "setting" -> Kind.SETTING;
            case "large objects" -> Kind.CONTENT;
            case "table" -> table(fact);
            case "sequence" ->
                fact.equals("position") || fact.equals("called") ? sequence(entry, other) : Kind.STRUCTURE;
            case "extension" -> fact.equals("version") ? Kind.INFORMATION : Kind.STRUCTURE;
            case "publications", "subscriptions" -> Kind.INFORMATION;
            default ->
                !sameMajor && fact.equals("definition") && DEPARSED.contains(entry.kind())
                        ? Kind.INFORMATION
                        : Kind.STRUCTURE;
        };
    }

    private static Kind table(String fact) {
        return fact.equals("rows") || fact.equals("digest") ? Kind.CONTENT : Kind.STRUCTURE;
    }

    /**
     * Sequences stand outside the snapshot, and the baseline reads them before any dump can: a copy may be ahead, never
     * behind. One that wraps round has no behind.
     */
    private static Kind sequence(Entry entry, Entry other) {
        String step = entry.facts().getOrDefault("increment", "1");
        BigInteger before = next(entry, step);
        BigInteger after = next(other, step);
        int ahead = after.compareTo(before) * (step.startsWith("-") ? -1 : 1);
        return ahead >= 0 || entry.facts().getOrDefault("cycles", "").equals("true") ? Kind.INFORMATION : Kind.CONTENT;
    }

    /** What nextval() would give. */
    private static BigInteger next(Entry entry, String step) {
        BigInteger position = new BigInteger(entry.facts().getOrDefault("position", "0"));
        return entry.facts().getOrDefault("called", "").equals("true") ? position.add(new BigInteger(step)) : position;
    }

    private static Kind presence(String kind) {
        return switch (kind) {
            case "large objects" -> Kind.CONTENT;
            case "publications", "subscriptions" -> Kind.INFORMATION;
            default -> Kind.STRUCTURE;
        };
    }

    private static Map<String, Entry> byName(Baseline baseline) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        for (Entry entry : baseline.entries()) {
            entries.put(entry.name(), entry);
        }
        return entries;
    }
}
