package io.github.drkit.engine;

import io.github.drkit.Effect;
import io.github.drkit.Estimate;
import io.github.drkit.Plan;
import io.github.drkit.PlanStep;
import io.github.drkit.Precondition;
import io.github.drkit.RunId;
import io.github.drkit.StepOwner;
import io.github.drkit.json.CanonicalJson;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The JSON form of a plan, as it stands in the first entry of a journal. */
final class PlanJson {

    private static final String SCHEMA = "drkit-plan/1";

    private PlanJson() {}

    static String write(Plan plan) {
        Map<String, Object> map = new TreeMap<>();
        map.put("schema", SCHEMA);
        map.put("run", plan.run().value());
        map.put("kind", plan.kind());
        map.put("subject", plan.subject());
        map.put("request", plan.request());
        List<Object> preconditions = new ArrayList<>();
        for (Precondition precondition : plan.preconditions()) {
            preconditions.add(new TreeMap<>(
                    Map.of("name", precondition.name(), "about", precondition.about(), "value", precondition.value())));
        }
        map.put("preconditions", preconditions);
        map.put("steps", plan.steps().stream().map(PlanJson::step).toList());
        List<Object> remarks = new ArrayList<>();
        plan.remarks()
                .forEach(remark ->
                        remarks.add(new TreeMap<>(Map.of("kind", remark.kind().name(), "text", remark.text()))));
        map.put("remarks", remarks);
        plan.estimate()
                .ifPresent(estimate -> map.put(
                        "estimate",
                        new TreeMap<>(Map.of(
                                "atLeast", estimate.atLeast().toString(),
                                "atMost", estimate.atMost().toString(),
                                "ground", estimate.ground()))));
        return new String(CanonicalJson.write(map), StandardCharsets.UTF_8);
    }

    /** Throws IllegalArgumentException when the text is no plan. */
    static Plan read(String json) {
        try {
            return parse(json);
        } catch (ClassCastException | DateTimeException e) {
            throw new IllegalArgumentException("Cannot read plan: a member has the wrong type", e);
        }
    }

    private static Plan parse(String json) {
        Map<String, Object> map = CanonicalJson.read(json.getBytes(StandardCharsets.UTF_8));
        if (!SCHEMA.equals(map.get("schema"))) {
            throw new IllegalArgumentException("Cannot read plan: its format is not " + SCHEMA);
        }
        List<Precondition> preconditions = objects(map, "preconditions").stream()
                .map(object -> new Precondition(text(object, "name"), text(object, "about"), text(object, "value")))
                .toList();
        List<Plan.Remark> remarks = objects(map, "remarks").stream()
                .map(object -> new Plan.Remark(Plan.Remark.Kind.valueOf(text(object, "kind")), text(object, "text")))
                .toList();
        Optional<Estimate> estimate = map.get("estimate") instanceof Map<?, ?> range
                ? Optional.of(new Estimate(
                        Duration.parse(text(range, "atLeast")),
                        Duration.parse(text(range, "atMost")),
                        text(range, "ground")))
                : Optional.empty();
        return new Plan(
                RunId.of(text(map, "run")),
                text(map, "kind"),
                text(map, "subject"),
                texts(map, "request"),
                preconditions,
                objects(map, "steps").stream().map(PlanJson::step).toList(),
                remarks,
                estimate);
    }

    private static Map<String, Object> step(PlanStep step) {
        Map<String, Object> map = new TreeMap<>();
        map.put("name", step.name());
        map.put("title", step.title());
        map.put("owner", step.owner().name());
        map.put("effect", step.effect().name());
        map.put("traits", new TreeSet<>(step.traits()).stream().map(Enum::name).toList());
        map.put("after", List.copyOf(new TreeSet<>(step.after())));
        map.put("changes", List.copyOf(new TreeSet<>(step.changes())));
        map.put("parameters", step.parameters());
        map.put("commands", step.commands());
        map.put("inverse", step.inverse());
        return map;
    }

    private static PlanStep step(Map<?, ?> map) {
        Set<PlanStep.Trait> traits = new HashSet<>();
        strings(map, "traits").forEach(trait -> traits.add(PlanStep.Trait.valueOf(trait)));
        return new PlanStep(
                text(map, "name"),
                text(map, "title"),
                StepOwner.valueOf(text(map, "owner")),
                Effect.valueOf(text(map, "effect")),
                traits,
                Set.copyOf(strings(map, "after")),
                Set.copyOf(strings(map, "changes")),
                texts(map, "parameters"),
                strings(map, "commands"),
                text(map, "inverse"));
    }

    private static String text(Map<?, ?> map, String name) {
        if (map.get(name) instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException("Cannot read plan: '" + name + "' is not a string");
    }

    private static Map<String, String> texts(Map<?, ?> map, String name) {
        Map<String, String> texts = new TreeMap<>();
        if (map.get(name) instanceof Map<?, ?> object) {
            object.keySet().forEach(key -> texts.put(String.valueOf(key), text(object, String.valueOf(key))));
            return texts;
        }
        throw new IllegalArgumentException("Cannot read plan: '" + name + "' is not an object");
    }

    private static List<Map<?, ?>> objects(Map<?, ?> map, String name) {
        List<Map<?, ?>> objects = new ArrayList<>();
        if (map.get(name) instanceof List<?> list) {
            for (Object element : list) {
                if (!(element instanceof Map<?, ?> object)) {
                    throw new IllegalArgumentException("Cannot read plan: '" + name + "' holds no objects");
                }
                objects.add(object);
            }
            return objects;
        }
        throw new IllegalArgumentException("Cannot read plan: '" + name + "' is not a list");
    }

    private static List<String> strings(Map<?, ?> map, String name) {
        if (map.get(name) instanceof List<?> list) {
            return list.stream().map(String.class::cast).toList();
        }
        throw new IllegalArgumentException("Cannot read plan: '" + name + "' is not a list");
    }
}
