package io.github.drkit.aws;

import io.github.drkit.RecoveryPointId;
import io.github.drkit.RunId;
import io.github.drkit.TargetId;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.store.Sha256;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What RDS calls things. An identifier has letters, digits and single hyphens, begins with a letter and does not end with a
 * hyphen; RDS stores it in lower case. An instance's has at most 63 characters, a snapshot's 255.
 */
final class RdsNames {

    /**
     * Fineract keeps a tenant's host in a column of 100 characters ({@code tenant_server_connections.schema_server}), and an
     * endpoint is the identifier and up to 46 more. RDS itself would take 63.
     */
    static final int LONGEST_INSTANCE = 50;

    static final int LONGEST_SNAPSHOT = 255;

    private static final int LONGEST_POINT = 127;
    private static final int DIGEST = 16;
    private static final Pattern GRAMMAR = Pattern.compile("[A-Za-z](?:-?[A-Za-z0-9])*");
    private static final DateTimeFormatter UTC_COMPACT =
            DateTimeFormatter.ofPattern("yyyyMMdd't'HHmmss'z'").withZone(ZoneOffset.UTC);

    private RdsNames() {}

    /** The identifier as RDS stores it; refuses one that RDS would refuse. */
    static String instance(String identifier) {
        if (!GRAMMAR.matcher(identifier).matches() || identifier.length() > 63) {
            throw new RequestRefusedException(
                    "DRK-RDS-018",
                    "Cannot accept instance identifier '" + identifier + "': it has " + identifier.length()
                            + " characters but RDS takes 1 to 63 letters, digits and single hyphens, a letter first and no"
                            + " hyphen last",
                    "Choose another identifier");
        }
        return identifier.toLowerCase(Locale.ROOT);
    }

    /** The identifier of an instance to be made. */
    static String newInstance(String identifier) {
        String name = instance(identifier);
        if (name.length() > LONGEST_INSTANCE) {
            throw new RequestRefusedException(
                    "DRK-RDS-019",
                    "Cannot restore to instance '" + identifier + "': the identifier has " + identifier.length()
                            + " characters but at most " + LONGEST_INSTANCE
                            + " keep the endpoint within the 100 characters"
                            + " of Fineract's tenant_server_connections.schema_server",
                    "Choose a shorter identifier");
        }
        return name;
    }

    /** An identifier for an instance a plan makes, the same for the same run. */
    static String chosenInstance(String source, String what, RunId run) {
        String end = "-" + what + "-"
                + Sha256.hex(run.value().getBytes(StandardCharsets.UTF_8)).substring(0, 8);
        return cut(source, LONGEST_INSTANCE - end.length()) + end;
    }

    /**
     * A snapshot's identifier from a template.
     *
     * @param template with {@code {instance}}, {@code {label}} and {@code {run}}
     * @return what the template gives, with everything RDS refuses replaced by hyphens
     */
    static String snapshot(String template, String instance, String label, RunId run) {
        String filled = fill(template, instance, label, run.value());
        String name = plain(filled);
        boolean begins = !name.isEmpty() && Character.isLetter(name.charAt(0));
        return cut(begins ? name : plain("s-" + name), LONGEST_SNAPSHOT);
    }

    /** What was asked for, before anything is replaced. */
    static String fill(String template, String instance, String label, String run) {
        // The label last: what a person writes is no template.
        return template.replace("{instance}", instance).replace("{run}", run).replace("{label}", label);
    }

    /** The same name for a run that finds it taken. */
    static String distinct(String name, RunId run) {
        String end =
                "-" + Sha256.hex(run.value().getBytes(StandardCharsets.UTF_8)).substring(0, 8);
        return cut(name, LONGEST_SNAPSHOT - end.length()) + end;
    }

    /**
     * The recovery point a snapshot is. Colons, which only RDS and AWS Backup may use, become dots, which nobody may. A
     * copy in another region is another point.
     */
    static RecoveryPointId point(String snapshot, String region, String home) {
        String where = region.equals(home) ? "" : ".in." + region;
        String id = snapshot.toLowerCase(Locale.ROOT).replace(':', '.') + where;
        if (id.length() > LONGEST_POINT) {
            String end = "." + Sha256.hex(id.getBytes(StandardCharsets.UTF_8)).substring(0, DIGEST);
            id = id.substring(0, LONGEST_POINT - end.length()) + end;
        }
        return RecoveryPointId.of(id);
    }

    /** The name of one instant of a window, which is no listed point. */
    static RecoveryPointId instant(TargetId target, Instant instant) {
        return RecoveryPointId.of(target.value() + ".at." + UTC_COMPACT.format(instant));
    }

    /** The ARN of a resource beside another one. */
    static String arn(String neighbour, String type, String name) {
        String[] parts = neighbour.split(":", 7);
        return String.join(":", parts[0], parts[1], parts[2], parts[3], parts[4], type, name);
    }

    /** The ARN of a resource of the same name in another region. */
    static String in(String arn, String region) {
        String[] parts = arn.split(":", 7);
        return String.join(":", parts[0], parts[1], parts[2], region, parts[4], parts[5], parts[6]);
    }

    private static String plain(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFKD)
                .replaceAll("\\p{M}", "")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9]+", "-")
                .replaceAll("^-|-$", "");
    }

    private static String cut(String name, int longest) {
        return name.length() <= longest ? name : name.substring(0, longest).replaceAll("-$", "");
    }
}
