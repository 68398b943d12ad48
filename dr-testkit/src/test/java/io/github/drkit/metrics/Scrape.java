package io.github.drkit.metrics;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a Prometheus reads, and as much of its query language as the alarms of docs/status.md use. */
final class Scrape {

    private static final Pattern SAMPLE = Pattern.compile("([a-z_]+)(?:\\{(.*)})? (\\S+)");
    private static final Pattern LABEL = Pattern.compile("([a-z]+)=\"([^\"]*)\"");
    private static final Pattern TERM =
            Pattern.compile("(?:absent\\(([a-z_]+)\\)|([a-z_]+))(?: (<=|>=|==|!=|<|>) (?:([a-z_]+)|([0-9]+)))?");

    private final Map<String, Map<Map<String, String>, Double>> samples = new LinkedHashMap<>();

    static Scrape of(String text) {
        Scrape scrape = new Scrape();
        for (String line : text.split("\n")) {
            Matcher sample = SAMPLE.matcher(line);
            if (!line.startsWith("#") && sample.matches()) {
                scrape.samples
                        .computeIfAbsent(sample.group(1), name -> new LinkedHashMap<>())
                        .put(labels(sample.group(2)), number(sample.group(3)));
            }
        }
        return scrape;
    }

    /** The value of the only sample that has these labels, written as {@code name="value",…}. */
    double value(String name, String labels) {
        Map<Map<String, String>, Double> all = samples.getOrDefault(name, Map.of());
        if (!all.containsKey(labels(labels))) {
            throw new AssertionError("there is no " + name + "{" + labels + "} but " + all);
        }
        return all.get(labels(labels));
    }

    double value(String name) {
        return value(name, "");
    }

    boolean has(String name) {
        return samples.containsKey(name);
    }

    /** Evaluates {@code term ((unless|or) term)*}; an alarm fires if anything is left. */
    List<Map<String, String>> query(String expression) {
        String[] parts = expression.split(" (?=unless |or )");
        Map<Map<String, String>, Double> result = term(parts[0]);
        for (int at = 1; at < parts.length; at++) {
            boolean unless = parts[at].startsWith("unless ");
            Map<Map<String, String>, Double> right = term(parts[at].substring(parts[at].indexOf(' ') + 1));
            if (unless) {
                result.keySet().removeAll(right.keySet());
            } else {
                right.forEach(result::putIfAbsent);
            }
        }
        return new ArrayList<>(result.keySet());
    }

    private Map<Map<String, String>, Double> term(String text) {
        Matcher term = TERM.matcher(text.strip());
        if (!term.matches()) {
            throw new AssertionError("cannot evaluate '" + text + "'");
        }
        if (term.group(1) != null) {
            return new LinkedHashMap<>(has(term.group(1)) ? Map.of() : Map.of(Map.of(), 1.0));
        }
        // An alarm over a name that nobody exports never fires: a mistake of the page.
        if (samples.isEmpty()) {
            return new LinkedHashMap<>();
        }
        if (!has(term.group(2)) || term.group(4) != null && !has(term.group(4))) {
            throw new AssertionError("nothing is called as in '" + text + "'");
        }
        Map<Map<String, String>, Double> left = new LinkedHashMap<>(samples.get(term.group(2)));
        if (term.group(3) != null) {
            left.entrySet()
                    .removeIf(each -> !holds(
                            each.getValue(),
                            term.group(3),
                            term.group(5) != null
                                    ? Double.parseDouble(term.group(5))
                                    : value(term.group(4), written(each.getKey()))));
        }
        return left;
    }

    /** As in PromQL and IEEE 754: every comparison with NaN but != is false. */
    private static boolean holds(double left, String comparison, double right) {
        return switch (comparison) {
            case "<=" -> left <= right;
            case ">=" -> left >= right;
            case "==" -> left == right;
            case "!=" -> left != right;
            case "<" -> left < right;
            default -> left > right;
        };
    }

    private static String written(Map<String, String> labels) {
        List<String> parts = new ArrayList<>();
        labels.forEach((name, value) -> parts.add(name + "=\"" + value + "\""));
        return String.join(",", parts);
    }

    private static Map<String, String> labels(String text) {
        Map<String, String> labels = new TreeMap<>();
        Matcher label = LABEL.matcher(text == null ? "" : text);
        while (label.find()) {
            labels.put(label.group(1), label.group(2));
        }
        return labels;
    }

    private static double number(String text) {
        return switch (text) {
            case "+Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
        };
    }
}
