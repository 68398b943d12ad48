package io.github.drkit.catalog;

import io.github.drkit.Proof;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.RunId;
import io.github.drkit.json.JsonFields;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A verdict as it stands in a store, wherever its point lies.
 *
 * @param verdict what was found
 * @param by the key it is signed with
 * @param of what it says its point is, beside the point's id
 */
record SignedVerdict(Verdict verdict, String by, Map<String, String> of) {

    /** How the remark on a point begins that a named person cleared. */
    static final String CLEARED = "cleared";

    private static final DateTimeFormatter UTC_COMPACT =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    /** What is to be signed. */
    static Map<String, Object> payload(String schema, Verdict verdict, Map<String, String> of) {
        Map<String, Object> payload = new TreeMap<>(of);
        payload.put("schema", schema);
        payload.put("point", verdict.point().value());
        payload.put("run", verdict.run().value());
        payload.put("at", verdict.at().toString());
        payload.put("level", verdict.level().name());
        payload.put("kind", verdict.kind().name());
        payload.put("detail", verdict.detail());
        return payload;
    }

    /** The last part of its key: one run gives one verdict a second at most. */
    static String name(Verdict verdict) {
        return UTC_COMPACT.format(verdict.at()) + "-" + verdict.run() + ".json";
    }

    /** Throws IllegalArgumentException, DateTimeException or IntegrityException if it is not to be believed. */
    static SignedVerdict read(byte[] bytes, String schema, Set<String> of, TrustedKeys trusted) {
        SignedDocument document = SignedDocument.read("verdict", bytes);
        if (!document.signedByProver(trusted)) {
            throw new IllegalArgumentException("it is not signed by a trusted prover's key");
        }
        JsonFields fields = new JsonFields("verdict", document.payload());
        if (!fields.text("schema").equals(schema)) {
            throw new IllegalArgumentException("its format is not " + schema);
        }
        Verdict verdict = new Verdict(
                RecoveryPointId.of(fields.text("point")),
                RunId.of(fields.text("run")),
                fields.instant("at"),
                Proof.Level.valueOf(fields.text("level")),
                Verdict.Kind.valueOf(fields.text("kind")),
                fields.text("detail"));
        Map<String, String> said = new TreeMap<>();
        of.forEach(name -> said.put(name, fields.text(name)));
        fields.end();
        return new SignedVerdict(verdict, document.key(), said);
    }

    /**
     * A fold over verdicts in the order of their time: a later failure beats an earlier success, and of two at the same time
     * the failure counts. Only a restore clears a failure: less may not have looked where it was found.
     */
    static Proof fold(List<SignedVerdict> verdicts, List<String> remarks) {
        verdicts.sort(Comparator.<SignedVerdict, Instant>comparing(
                        signed -> signed.verdict().at())
                .thenComparing(signed -> signed.verdict().level(), Comparator.reverseOrder()));
        Proof proof = Proof.none();
        for (SignedVerdict signed : verdicts) {
            Verdict verdict = signed.verdict();
            if (verdict.kind() == Verdict.Kind.CLEARANCE) {
                remarks.add(CLEARED + " by " + signed.by() + ": " + verdict.detail());
            } else if (verdict.level() == Proof.Level.FAILED
                    || verdict.level()
                            .reaches(proof.level() == Proof.Level.FAILED ? Proof.Level.PROVEN : proof.level())) {
                proof = new Proof(verdict.level(), Optional.of(verdict.at()), signed.by());
            }
        }
        return proof;
    }
}
