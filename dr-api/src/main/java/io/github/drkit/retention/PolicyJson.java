package io.github.drkit.retention;

import io.github.drkit.Proof;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.json.CanonicalJson;
import io.github.drkit.schedule.Schedule;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The file format of a policy. Every member must be there: a block that was lost must not become a default. */
final class PolicyJson {

    private static final String SCHEMA = "drkit-retention/1";
    private static final Set<String> MEMBERS =
            Set.of("schema", "name", "tiers", "minimumProven", "requiredProof", "grace");
    private static final Set<String> TIER_MEMBERS = Set.of("name", "cron", "zone", "keep");

    private PolicyJson() {}

    static String write(RetentionPolicy policy) {
        return new String(CanonicalJson.write(toMap(policy)), StandardCharsets.UTF_8);
    }

    static Map<String, Object> toMap(RetentionPolicy policy) {
        List<Object> tiers = new ArrayList<>();
        for (RetentionPolicy.Tier tier : policy.tiers()) {
            tiers.add(new TreeMap<>(Map.of(
                    "name", tier.name(),
                    "cron", tier.schedule().expression(),
                    "zone", tier.schedule().zone().getId(),
                    "keep", tier.keep())));
        }
        return new TreeMap<>(Map.of(
                "schema", SCHEMA,
                "name", policy.name(),
                "tiers", tiers,
                "minimumProven", policy.minimumProven(),
                "requiredProof", policy.requiredProof().name(),
                "grace", policy.grace().toString()));
    }

    static RetentionPolicy read(String json) {
        Map<String, Object> policy;
        try {
            policy = CanonicalJson.read("retention policy", json.getBytes(StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            throw new RequestRefusedException("DRK-RETENTION-001", String.valueOf(e.getMessage()), HINT, e);
        }
        requireOnly("the policy", policy, MEMBERS);
        String schema = text("the policy", policy, "schema");
        if (!schema.equals(SCHEMA)) {
            throw refused("DRK-RETENTION-004", "'schema' is '" + schema + "'", "'" + SCHEMA + "'");
        }
        RetentionPolicy.Builder builder = RetentionPolicy.builder(text("the policy", policy, "name"))
                .minimumProven(number("the policy", policy, "minimumProven"))
                .requiredProof(proof(text("the policy", policy, "requiredProof")))
                .grace(duration(text("the policy", policy, "grace")));
        if (!(present("the policy", policy, "tiers") instanceof List<?> tiers)) {
            throw refused("DRK-RETENTION-004", "'tiers' is no list", "a list of tiers");
        }
        int number = 0;
        for (Object element : tiers) {
            addTier(builder, "tier " + ++number, element);
        }
        return builder.build();
    }

    private static void addTier(RetentionPolicy.Builder builder, String where, Object element) {
        if (!(element instanceof Map<?, ?> members)) {
            throw refused("DRK-RETENTION-004", where + " is no object", "an object");
        }
        Map<String, Object> tier = new TreeMap<>();
        members.forEach((key, value) -> tier.put(String.valueOf(key), value));
        requireOnly(where, tier, TIER_MEMBERS);
        builder.tier(
                text(where, tier, "name"),
                Schedule.cron(text(where, tier, "cron"), zone(where, text(where, tier, "zone"))),
                number(where, tier, "keep"));
    }

    private static void requireOnly(String where, Map<String, Object> object, Set<String> known) {
        Set<String> unknown = new TreeSet<>(object.keySet());
        unknown.removeAll(known);
        if (!unknown.isEmpty()) {
            throw refused(
                    "DRK-RETENTION-002",
                    where + " has the unknown member '" + unknown.iterator().next() + "'",
                    "one of " + new TreeSet<>(known));
        }
    }

    private static Object present(String where, Map<String, Object> object, String name) {
        Object value = object.get(name);
        if (value == null) {
            throw refused("DRK-RETENTION-003", "'" + name + "' of " + where + " is missing", "given");
        }
        return value;
    }

    private static String text(String where, Map<String, Object> object, String name) {
        if (present(where, object, name) instanceof String text && !text.isBlank()) {
            return text;
        }
        throw refused("DRK-RETENTION-004", "'" + name + "' of " + where + " is no text", "a text");
    }

    private static int number(String where, Map<String, Object> object, String name) {
        if (present(where, object, name) instanceof Long number && number > 0 && number <= Integer.MAX_VALUE) {
            return number.intValue();
        }
        throw refused(
                "DRK-RETENTION-004",
                "'" + name + "' of " + where + " is " + object.get(name),
                "a whole number of at least 1");
    }

    private static Proof.Level proof(String name) {
        for (Proof.Level level : Proof.Level.values()) {
            if (level.name().equals(name)) {
                return level;
            }
        }
        throw refused("DRK-RETENTION-004", "'requiredProof' is '" + name + "'", "UNPROVEN, STORED, VERIFIED or PROVEN");
    }

    private static Duration duration(String text) {
        try {
            return Duration.parse(text);
        } catch (DateTimeException e) {
            throw new RequestRefusedException(
                    "DRK-RETENTION-004", problem("'grace' is '" + text + "'", "a duration such as 'P14D'"), HINT, e);
        }
    }

    private static ZoneId zone(String where, String text) {
        try {
            return ZoneId.of(text);
        } catch (DateTimeException e) {
            throw new RequestRefusedException(
                    "DRK-RETENTION-004",
                    problem("'zone' of " + where + " is '" + text + "'", "a zone such as 'Africa/Douala' or 'UTC'"),
                    HINT,
                    e);
        }
    }

    private static RequestRefusedException refused(String code, String actual, String required) {
        return new RequestRefusedException(code, problem(actual, required), HINT);
    }

    private static String problem(String actual, String required) {
        return "Cannot read retention policy: " + actual + " but must be " + required;
    }

    private static final String HINT = "Nothing was expired; compare with docs/retention.md and try again";
}
