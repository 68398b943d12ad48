package io.github.drkit.retention;

import io.github.drkit.RecoveryPoint;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.catalog.Leftover;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.json.CanonicalJson;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * What stays and what may go, of one target at one time, with the reason for each point. A value: making it changed
 * nothing. Immutable.
 */
public final class RetentionDecision {

    private final RetentionPolicy policy;
    private final Inventory inventory;
    private final List<RetentionEntry> entries;
    private final List<Leftover> leftovers;
    private final List<Refusal> refusals;
    private final List<String> remarks;

    /** Entries are expected newest first. */
    RetentionDecision(
            RetentionPolicy policy,
            Inventory inventory,
            List<RetentionEntry> entries,
            List<Leftover> leftovers,
            List<Refusal> refusals,
            List<String> remarks) {
        this.policy = policy;
        this.inventory = inventory;
        this.entries = entries;
        this.leftovers = leftovers;
        this.refusals = refusals;
        this.remarks = remarks;
    }

    /**
     * Returns the policy that was applied.
     *
     * @return the policy
     */
    public RetentionPolicy policy() {
        return policy;
    }

    /**
     * Returns what was decided upon.
     *
     * @return points, holds and clocks
     */
    public Inventory inventory() {
        return inventory;
    }

    /**
     * Returns what becomes of each point.
     *
     * @return newest first, each point once
     */
    public List<RetentionEntry> entries() {
        return entries;
    }

    /**
     * Finds what becomes of a point.
     *
     * @param point which
     * @return its entry, or empty if there is no such point
     */
    public Optional<RetentionEntry> find(RecoveryPointId point) {
        return entries.stream()
                .filter(entry -> entry.point().id().equals(point))
                .findFirst();
    }

    /**
     * Returns what may go.
     *
     * @return oldest first, so that what is interrupted has lost the least; empty if anything stands against expiring
     */
    public List<RetentionEntry> drops() {
        List<RetentionEntry> drops = new ArrayList<>();
        for (int i = entries.size() - 1; i >= 0; i--) {
            if (entries.get(i).fate() == Fate.DROP) {
                drops.add(entries.get(i));
            }
        }
        return List.copyOf(drops);
    }

    /**
     * Returns what runs left without a manifest and is older than the grace. Whether those runs have ended is for the
     * caller to look up before collecting.
     *
     * @return candidates; empty if anything stands against expiring
     */
    public List<Leftover> leftovers() {
        return leftovers;
    }

    /**
     * Returns what would be freed.
     *
     * @return the sizes of what may go, in bytes
     */
    public long bytesFreed() {
        return entries.stream()
                .filter(entry -> entry.fate() == Fate.DROP)
                .mapToLong(entry -> entry.point().sizeBytes())
                .sum();
    }

    /**
     * Returns how far back one can go now.
     *
     * @return of everything that exists
     */
    public Reach before() {
        return Reach.of(points(entry -> true));
    }

    /**
     * Returns how far back one could go afterwards.
     *
     * @return of everything that stays
     */
    public Reach after() {
        return Reach.of(points(entry -> entry.fate() != Fate.DROP));
    }

    /**
     * Returns what stands against expiring anything now.
     *
     * @return empty if nothing does
     */
    public List<Refusal> refusals() {
        return refusals;
    }

    /**
     * Returns what a person should know besides.
     *
     * @return sentences: holds on points that do not exist, points dated in the future
     */
    public List<String> remarks() {
        return remarks;
    }

    /**
     * Returns this decision if it may be executed.
     *
     * @return this
     * @throws RequestRefusedException with the first of {@link #refusals()}; nothing was expired
     */
    public RetentionDecision orRefuse() {
        for (Refusal refusal : refusals) {
            throw new RequestRefusedException(refusal.code(), refusal.problem(), refusal.hint());
        }
        return this;
    }

    /**
     * Returns the decision's address: a digest over policy, holds, every point with what is known of it, and every fate
     * with its slots; not over the time and what follows from it alone. Two decisions of one digest drop the same points
     * for the same reasons.
     *
     * @return {@code sha256:} and 64 hex digits
     */
    public String digest() {
        return DecisionDigest.of(this);
    }

    /**
     * Asks what another policy would do here.
     *
     * @param other the other policy
     * @return the difference; nothing that stands against expiring is considered in it
     */
    public RetentionDifference whatIf(RetentionPolicy other) {
        return RetentionDifference.between(policy.suppose(inventory), other.suppose(inventory));
    }

    /**
     * Asks what the same policy would do with the same points at another date.
     *
     * @param then the date, UTC
     * @return the difference; nothing that stands against expiring is considered in it
     */
    public RetentionDifference whatIf(Instant then) {
        return RetentionDifference.between(
                policy.suppose(inventory), policy.suppose(inventory.supposing(inventory.catalog(), then)));
    }

    /**
     * Renders the decision for a person.
     *
     * @return lines of text, the same for the same decision; one for each point
     */
    public String render() {
        StringBuilder text = new StringBuilder();
        text.append("Retention of ")
                .append(inventory.target())
                .append("  policy ")
                .append(policy.name())
                .append('\n');
        text.append(digest()).append("  at ").append(inventory.now()).append('\n');
        for (RetentionPolicy.Tier tier : policy.tiers()) {
            text.append("  tier ")
                    .append(tier.name())
                    .append(": ")
                    .append(tier.schedule())
                    .append(", keep ");
            text.append(tier.keep()).append('\n');
        }
        text.append("  counts: ").append(policy.requiredProof()).append(" or better; floor ");
        text.append(policy.minimumProven()).append("; grace ").append(policy.grace());
        text.append("; RPO ").append(inventory.rpo()).append('\n');
        text.append("  decided on ")
                .append(entries.size())
                .append(" points and ")
                .append(inventory.holds().size());
        text.append(" holds\n");
        refusals.forEach(refusal -> text.append("REFUSED ")
                .append(refusal.problem())
                .append(" [")
                .append(refusal.code())
                .append("]\n"));
        remarks.forEach(remark -> text.append("note: ").append(remark).append('\n'));
        entries.forEach(entry -> text.append(entry).append('\n'));
        leftovers.forEach(left -> text.append("COLLECT ")
                .append(left.point())
                .append("  left by run ")
                .append(left.run())
                .append(" without a manifest\n"));
        text.append("Would free ").append(bytesFreed()).append(" bytes\n");
        text.append("Restorable before: ").append(before()).append('\n');
        text.append("Restorable after:  ").append(after()).append('\n');
        return text.toString();
    }

    /**
     * Writes the decision for a program.
     *
     * @return canonical JSON of the schema {@code drkit-retention-decision/1}
     */
    public String toJson() {
        List<Object> points = new ArrayList<>();
        entries.forEach(entry -> points.add(toMap(entry)));
        Map<String, Object> map = new TreeMap<>();
        map.put("schema", "drkit-retention-decision/1");
        map.put("digest", digest());
        map.put("target", inventory.target().value());
        map.put("now", inventory.now().toString());
        map.put("rpo", inventory.rpo().toString());
        map.put("policy", PolicyJson.toMap(policy));
        map.put(
                "refusals",
                refusals.stream()
                        .map(refusal ->
                                Map.of("code", refusal.code(), "problem", refusal.problem(), "hint", refusal.hint()))
                        .toList());
        map.put("remarks", remarks);
        map.put("points", points);
        map.put(
                "leftovers",
                leftovers.stream().map(left -> left.point().value()).toList());
        map.put("bytesFreed", bytesFreed());
        map.put("before", toMap(before()));
        map.put("after", toMap(after()));
        return new String(CanonicalJson.write(map), StandardCharsets.UTF_8);
    }

    private static Map<String, Object> toMap(RetentionEntry entry) {
        List<Object> slots = new ArrayList<>();
        for (Slot slot : entry.slots()) {
            slots.add(Map.of(
                    "tier", slot.tier(),
                    "begins", slot.begins().toString(),
                    "ends", slot.ends().toString(),
                    "owner", slot.owner().map(RecoveryPointId::value).orElse(""),
                    "rank", slot.rank(),
                    "keep", slot.keep()));
        }
        Map<String, Object> map = new TreeMap<>();
        map.put("point", entry.point().id().value());
        map.put("consistencyTime", entry.point().consistencyTime().toString());
        map.put("sizeBytes", entry.point().sizeBytes());
        map.put("fate", entry.fate().name());
        map.put("reason", entry.reason().name());
        map.put("explanation", entry.explanation());
        map.put("slots", slots);
        map.put(
                "leavesNotBefore",
                entry.leavesNotBefore().map(Instant::toString).orElse(""));
        map.put("lockUntil", entry.lockUntil().map(Instant::toString).orElse(""));
        entry.hold()
                .ifPresent(hold -> map.put(
                        "hold",
                        Map.of(
                                "by",
                                hold.by(),
                                "reason",
                                hold.reason(),
                                "since",
                                hold.since().toString())));
        return map;
    }

    private static Map<String, Object> toMap(Reach reach) {
        return Map.of(
                "oldest", reach.oldest().map(Instant::toString).orElse(""),
                "newest", reach.newest().map(Instant::toString).orElse(""),
                "points", reach.points(),
                "bytes", reach.bytes());
    }

    /** Oldest first. */
    private List<RecoveryPoint> points(Predicate<RetentionEntry> wanted) {
        List<RecoveryPoint> points = new ArrayList<>(entries.size());
        for (int i = entries.size() - 1; i >= 0; i--) {
            if (wanted.test(entries.get(i))) {
                points.add(entries.get(i).point());
            }
        }
        return points;
    }

    @Override
    public String toString() {
        return "RetentionDecision[" + inventory.target() + " at " + inventory.now() + ", " + entries.size()
                + " points, " + drops().size() + " may go]";
    }
}
