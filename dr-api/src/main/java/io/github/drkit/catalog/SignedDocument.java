package io.github.drkit.catalog;

import io.github.drkit.error.IntegrityException;
import io.github.drkit.error.OutcomeUnknownException;
import io.github.drkit.json.CanonicalJson;
import io.github.drkit.json.JsonFields;
import io.github.drkit.store.Creation;
import io.github.drkit.store.ObjectKey;
import io.github.drkit.store.PointStore;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A payload and its signature in one JSON object. The signature covers the canonical bytes of the payload; the whole
 * object must be canonical too, so that no byte of it can change unseen.
 */
record SignedDocument(Map<String, Object> payload, String key, String signature) {

    static byte[] sign(Map<String, Object> payload, SigningKey key) {
        Map<String, Object> signature = new TreeMap<>();
        signature.put("algorithm", "Ed25519");
        signature.put("key", key.name());
        signature.put("value", key.sign(CanonicalJson.write(payload)));
        Map<String, Object> document = new TreeMap<>();
        document.put("payload", payload);
        document.put("signature", signature);
        return CanonicalJson.write(document);
    }

    /** Throws IllegalArgumentException when the bytes are no such document; does not check the signature. */
    static SignedDocument read(String what, byte[] bytes) {
        Map<String, Object> document = CanonicalJson.read(bytes);
        if (!Arrays.equals(CanonicalJson.write(document), bytes)) {
            throw new IllegalArgumentException("Cannot read " + what + ": it is not in canonical form");
        }
        JsonFields fields = new JsonFields(what, document);
        JsonFields signature = fields.object("signature");
        if (!signature.text("algorithm").equals("Ed25519")) {
            throw new IllegalArgumentException("Cannot read " + what + ": the signature is not Ed25519");
        }
        String key = signature.text("key");
        String value = signature.text("value");
        signature.end();
        Map<String, Object> payload = new TreeMap<>();
        fields.object("payload").copyInto(payload);
        fields.end();
        return new SignedDocument(payload, key, value);
    }

    boolean signedByBackup(TrustedKeys trusted) {
        return trusted.signedByBackup(key, CanonicalJson.write(payload), signature);
    }

    boolean signedByProver(TrustedKeys trusted) {
        return trusted.signedByProver(key, CanonicalJson.write(payload), signature);
    }

    /** Creates an object, or finds that this very one is there; whatever else stands in its place is told. */
    static void createOnce(PointStore store, ObjectKey key, byte[] content, String what) {
        boolean created;
        try {
            created = store.create(key, content) == Creation.CREATED;
        } catch (OutcomeUnknownException lost) {
            Optional<byte[]> found = store.find(key);
            if (found.isEmpty()) {
                throw lost;
            }
            created = Arrays.equals(found.get(), content);
        }
        if (!created
                && !store.find(key)
                        .filter(found -> Arrays.equals(found, content))
                        .isPresent()) {
            throw new IntegrityException(
                    "DRK-POINT-005",
                    "Cannot " + what + ": '" + key + "' holds something else but must be free",
                    "Was the run taken over or collected by another operator? Nothing was overwritten");
        }
    }
}
