package io.github.drkit.retention;

import io.github.drkit.RecoveryPoint;
import io.github.drkit.json.CanonicalJson;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Comparator;
import java.util.HexFormat;

/** Every value goes in with its length, so that no two decisions give the same bytes. */
final class DecisionDigest {

    private final MessageDigest digest;
    private final ByteBuffer number = ByteBuffer.allocate(Long.BYTES);

    private DecisionDigest() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    static String of(RetentionDecision decision) {
        DecisionDigest canon = new DecisionDigest();
        canon.text("drkit-retention-decision/1");
        canon.text(decision.inventory().target().value());
        canon.bytes(CanonicalJson.write(PolicyJson.toMap(decision.policy())));
        decision.inventory().holds().stream()
                .sorted(Comparator.comparing((Hold hold) -> hold.point().value())
                        .thenComparing(Hold::by)
                        .thenComparing(Hold::reason)
                        .thenComparing(Hold::since))
                .forEach(hold -> canon.text(hold.point().value())
                        .text(hold.by())
                        .text(hold.reason())
                        .instant(hold.since()));
        canon.number(decision.refusals().size());
        decision.refusals().forEach(refusal -> canon.text(refusal.code()));
        canon.number(decision.entries().size());
        for (RetentionEntry entry : decision.entries()) {
            RecoveryPoint point = entry.point();
            canon.text(point.id().value())
                    .text(point.label())
                    .instant(point.consistencyTime())
                    .instant(point.scheduledFor().orElse(Instant.MIN))
                    .number(point.sizeBytes())
                    .number(point.proof().level().ordinal())
                    .number(point.plausibility().ordinal())
                    .text(entry.fate().name())
                    .text(entry.reason().name());
            for (Slot slot : entry.owned()) {
                canon.text(slot.tier()).instant(slot.begins());
            }
        }
        canon.number(decision.leftovers().size());
        decision.leftovers().forEach(left -> canon.text(left.point().value()));
        return "sha256:" + HexFormat.of().formatHex(canon.digest.digest());
    }

    private DecisionDigest text(String value) {
        return bytes(value.getBytes(StandardCharsets.UTF_8));
    }

    private DecisionDigest bytes(byte[] value) {
        number(value.length);
        digest.update(value);
        return this;
    }

    private DecisionDigest instant(Instant value) {
        return number(value.getEpochSecond()).number(value.getNano());
    }

    private DecisionDigest number(long value) {
        number.clear();
        digest.update(number.putLong(value).array());
        return this;
    }
}
