package io.github.drkit.retention;

/** Why a recovery point has its {@link Fate}. */
public enum Reason {
    /** KEEP: it owns one of the newest slots of a tier. */
    OWNS_SLOT("owns a slot"),
    /** KEEP: it is the first PROVEN point of a slot that is kept and whose owner is less proven. */
    PROVEN_IN_SLOT("the first PROVEN point of a kept slot whose owner is less proven"),
    /** KEEP: it is one of the best proven points, of which some are never dropped. */
    FLOOR("floor"),
    /** KEEP: it is the newest point that counts. */
    NEWEST("the newest point that counts"),
    /** KEEP: a person made it; it is kept until someone deletes it, and nothing goes because of it. */
    MANUAL("manual, kept until someone deletes it"),
    /** KEEP: it would go, but nothing may expire now; see {@link RetentionDecision#refusals()}. */
    REFUSED("would go, but expiry is refused"),
    /** HOLD: somebody holds it. */
    HELD("held"),
    /** DROP: it counts, but every slot it lies in has another owner or is old enough. */
    SUPERSEDED("not needed by any tier"),
    /** SKIP or DROP: it was looked at and found wrong. */
    FAILED("FAILED"),
    /** SKIP or DROP: it is less proven than the policy requires. */
    UNPROVEN("not proven enough to count"),
    /** SKIP or DROP: it is odd against its history. */
    SUSPECT("SUSPECT"),
    /** SKIP: it is dated after now. */
    FUTURE("dated in the future"),
    /** SKIP: its time and the store's do not agree, or it is dated before 1970. */
    MISDATED("its time cannot be right");

    private final String text;

    Reason(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }
}
