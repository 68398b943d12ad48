package io.github.drkit.minio;

import io.github.drkit.TimeSource;
import io.github.drkit.minio.S3Bucket.Entry;
import io.github.drkit.minio.S3Bucket.Head;
import io.github.drkit.minio.S3Bucket.LockMode;
import io.github.drkit.minio.S3Bucket.LockRule;
import io.github.drkit.minio.S3Bucket.Part;
import io.github.drkit.minio.S3Bucket.Retention;
import io.github.drkit.minio.S3Bucket.Upload;
import io.github.drkit.minio.S3Bucket.Versioning;
import io.github.drkit.store.Creation;
import io.github.drkit.store.StoreAbilities;
import io.github.drkit.store.StoreAbilities.Ability;
import io.minio.errors.MinioException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.xml.stream.XMLStreamException;

/**
 * Learns by trying what a store really does. It believes no success that it has not looked at, writes only under
 * {@code probe/<random>/}, and removes what it wrote; what it could not remove, it names.
 *
 * <p>An ability that could not be shown is absent, with one finding that says why; a store that accepts a request and
 * ignores it is named so. A missing feature never throws; a store that cannot be reached, or that refuses to be written
 * to and listed at all, does. {@code docs/store-probe.md} says what each ability decides.
 */
final class StoreProbe {

    private static final int RACES = 6;
    private static final int RACERS = 4;

    /** Long enough for ten requests to a distant store, short enough to be waited for. */
    private static final Duration RETENTION = Duration.ofSeconds(8);

    private static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(5);
    private static final int PART = 8 << 20;
    private static final int LAST_PART = 1000;

    private static final String MODE = "x-amz-object-lock-mode";
    private static final String UNTIL = "x-amz-object-lock-retain-until-date";

    private final S3Bucket bucket;
    private final TimeSource time;
    private final String folder = "probe/" + unguessable() + "/";
    private final Set<Ability> shown = EnumSet.noneOf(Ability.class);
    private final List<String> findings = new ArrayList<>();

    /** Where something was written: a key and its version, which is empty in a bucket without versions. */
    private record Place(String key, String version) {}

    private final Set<Place> written = new LinkedHashSet<>();
    private final Set<Upload> begun = new LinkedHashSet<>();
    private boolean keepsVersions;
    private Instant lockedUntil = Instant.EPOCH;

    /** A folder nobody else writes to, nor can foresee. */
    private static String unguessable() {
        byte[] drawn = new byte[16];
        new SecureRandom().nextBytes(drawn);
        return HexFormat.of().formatHex(drawn);
    }

    /** Why an ability was not shown; follows the ability's name. */
    private static final class Lacking extends Exception {

        private static final long serialVersionUID = 1L;

        Lacking(String reason) {
            super(reason);
        }
    }

    @FunctionalInterface
    private interface Trial {
        void run() throws IOException, Lacking;
    }

    StoreProbe(S3Bucket bucket, TimeSource time) {
        this.bucket = bucket;
        this.time = time;
    }

    /**
     * Tries everything once. Takes seconds, most of them waiting for a short retention to end; a second call of the same
     * probe is not meant.
     *
     * @throws io.github.drkit.error.DrException if the store gave no answer, or refuses to be written to or listed
     */
    StoreAbilities examine() {
        try {
            admit();
        } catch (IOException e) {
            throw S3Errors.translate(e, "probe store '" + bucket.location() + "'", S3Errors.NOTHING);
        }
        try {
            tryAll();
            remove();
        } catch (IOException e) {
            // A store that stopped answering is not asked again for each object to be removed.
            throw S3Errors.translate(
                    e,
                    "probe store '" + bucket.location() + "'",
                    "small objects are left under '" + folder + "' and serve nothing");
        }
        return new StoreAbilities(shown, findings);
    }

    private void tryAll() throws IOException {
        show(Ability.CLOCK, this::tryClock);
        show(Ability.CONDITIONAL_CREATE, this::tryConditionalCreate);
        show(Ability.LIST_AFTER_WRITE, this::tryListing);
        show(Ability.VERSIONING, this::tryVersioning);
        show(Ability.OBJECT_LOCK, this::tryLock);
        show(Ability.DIGEST_CHECK, this::tryDigests);
        show(Ability.MULTIPART, this::tryMultipart);
        note(this::tryConditionalComplete);
        note(this::tryListingOfUploads);
    }

    private void show(Ability ability, Trial trial) throws IOException {
        try {
            trial.run();
            shown.add(ability);
        } catch (Lacking e) {
            findings.add(ability + " is off: " + e.getMessage());
        } catch (S3ErrorAnswer e) {
            if (passing(e)) {
                throw e;
            }
            findings.add(ability + " is off: the store refused the attempt with " + describe(e));
        } catch (IOException e) {
            if (!unreadable(e)) {
                throw e;
            }
            findings.add(ability + " is off: the store answered with what is not the document of the call");
        }
    }

    /** Told by the cause: the store did answer, and a store that answers is not unreachable. */
    private static boolean unreadable(IOException failure) {
        return failure.getCause() instanceof MinioException || failure.getCause() instanceof XMLStreamException;
    }

    /** As {@link #show} for what no ability depends on. */
    private void note(Trial trial) throws IOException {
        try {
            trial.run();
        } catch (Lacking e) {
            findings.add("Note: " + e.getMessage());
        } catch (S3ErrorAnswer e) {
            if (passing(e)) {
                throw e;
            }
            findings.add("Note: the store refused an attempt with " + describe(e));
        } catch (IOException e) {
            if (!unreadable(e)) {
                throw e;
            }
            findings.add("Note: the store answered an attempt with what is not the document of the call");
        }
    }

    /** A store that is busy now has shown nothing about itself, and the answer of a probe is kept. */
    private static boolean passing(S3ErrorAnswer answer) {
        return Set.of(408, 429, 502, 503, 504).contains(answer.status());
    }

    /** Without a plain write and a listing nothing can be learnt: these are the only refusals that are thrown. */
    private void admit() throws IOException {
        put("admission", bytes("probe"), Map.of());
        bucket.list(folder);
    }

    private void tryClock() throws IOException, Lacking {
        Instant before = time.now();
        Instant told = bucket.serverTime();
        Instant after = time.now();
        Duration ahead = told.isBefore(before)
                ? Duration.between(before, told)
                : told.isAfter(after) ? Duration.between(after, told) : Duration.ZERO;
        if (ahead.abs().compareTo(CLOCK_TOLERANCE) > 0) {
            throw new Lacking("the store's clock is " + ahead.abs().toSeconds() + " s "
                    + (ahead.isNegative() ? "behind" : "ahead of") + " this machine's but at most "
                    + CLOCK_TOLERANCE.toSeconds() + " s are allowed");
        }
    }

    private void tryConditionalCreate() throws IOException, Lacking {
        String key = folder + "create";
        byte[] first = bytes("first");
        if (create(key, first) != Creation.CREATED) {
            throw new Lacking("the store refused to create an object that did not exist");
        }
        Creation second = create(key, bytes("second"));
        if (second != Creation.EXISTED || !holds(key, "", first)) {
            throw new Lacking("the store accepts If-None-Match and ignores it: a second create of one key "
                    + (second == Creation.EXISTED ? "was refused, and yet changed the object" : "succeeded"));
        }
        for (int race = 1; race <= RACES; race++) {
            race(folder + "race-" + race);
        }
    }

    private void race(String key) throws IOException, Lacking {
        written.add(new Place(key, ""));
        CyclicBarrier line = new CyclicBarrier(RACERS);
        List<Callable<Boolean>> racers = new ArrayList<>();
        for (int racer = 0; racer < RACERS; racer++) {
            byte[] content = bytes("racer " + racer);
            racers.add(() -> {
                line.await();
                return wins(key, content);
            });
        }
        List<Integer> winners = new ArrayList<>();
        List<Boolean> won = together(racers);
        for (int racer = 0; racer < RACERS; racer++) {
            if (won.get(racer)) {
                winners.add(racer);
            }
        }
        if (winners.size() != 1) {
            throw new Lacking("of " + RACERS + " simultaneous creates of one key " + winners.size()
                    + " succeeded but exactly 1 must");
        }
        if (!holds(key, "", bytes("racer " + winners.get(0)))) {
            throw new Lacking("the winner of a race to create an object was told so, and the object is another's");
        }
    }

    /** A loser may also be told of the conflict itself, as AWS does by 409. */
    private boolean wins(String key, byte[] content) throws IOException {
        try {
            return bucket.putIfAbsent(key, content) == Creation.CREATED;
        } catch (S3ErrorAnswer e) {
            if (e.status() == 409) {
                return false;
            }
            throw e;
        }
    }

    private void tryListing() throws IOException, Lacking {
        String sub = folder + "list/";
        List<String> expected = new ArrayList<>();
        for (String name : List.of("a", "b", "c", "d", "e")) {
            put("list/" + name, bytes(name), Map.of());
            expected.add(sub + name);
            List<String> listed = keys(bucket.list(sub));
            if (!listed.equals(expected)) {
                throw new Lacking("after the answer to its write an object was not in the listing: " + listed.size()
                        + " listed but " + expected.size() + " written");
            }
        }
        List<String> paged = keys(bucket.list(sub, 2));
        if (!paged.equals(expected)) {
            throw new Lacking("a listing in pages of 2 ended after " + paged.size() + " of " + expected.size()
                    + " objects and said it was whole");
        }
    }

    private void tryVersioning() throws IOException, Lacking {
        Versioning told = bucket.versioning();
        keepsVersions = told != Versioning.OFF;
        if (told != Versioning.ENABLED) {
            throw new Lacking("the bucket says its versioning is " + told);
        }
        byte[] old = bytes("old");
        String key = folder + "versions";
        String first = put("versions", old, Map.of()).version();
        String second = put("versions", bytes("new"), Map.of()).version();
        String claim = "the bucket says its versioning is ENABLED, and yet ";
        if (first.isEmpty() || first.equals(second)) {
            throw new Lacking(claim + "a write was answered without a version id of its own");
        }
        if (!holds(key, first, old)) {
            throw new Lacking(claim + "the old version was gone after an overwrite");
        }
        bucket.delete(key, "");
        if (bucket.head(key, "").isPresent()) {
            throw new Lacking(claim + "a deleted object could still be read");
        }
        if (!holds(key, first, old) || !holds(key, second, bytes("new"))) {
            throw new Lacking(claim + "a plain delete destroyed old versions");
        }
        List<Entry> listed = bucket.listVersions(key);
        boolean marker = listed.stream().anyMatch(entry -> entry.deleteMarker() && entry.latest());
        if (!marker || listed.stream().filter(entry -> !entry.deleteMarker()).count() != 2) {
            throw new Lacking(claim + "the listing of versions does not show two versions behind a delete marker");
        }
        // Where a default retention holds or these credentials may not, the refusal leaves the versions where they are.
        boolean kept = refuses(() -> bucket.delete(key, second));
        if (!holds(key, first, old)) {
            throw new Lacking(claim + "deleting one version destroyed another");
        }
        if (!kept && bucket.head(key, second).isPresent()) {
            throw new Lacking(claim + "a version whose deletion was answered could still be read");
        }
    }

    private void tryLock() throws IOException, Lacking {
        Optional<LockRule> rule = bucket.objectLock();
        if (rule.isEmpty() || !rule.get().enabled()) {
            throw new Lacking("the bucket has no object lock; it is switched on when a bucket is created");
        }
        if (rule.get().defaultRetention().isEmpty()) {
            requireUnlockedDelete();
        }
        for (LockMode mode : LockMode.values()) {
            tryRetention(mode, soon());
        }
        tryLockOfAnUpload(soon());
    }

    /** The counter-check: a refused delete shows a lock only where the same delete of an unlocked version succeeds. */
    private void requireUnlockedDelete() throws IOException, Lacking {
        String key = folder + "unlocked";
        String version = put("unlocked", bytes("unlocked"), Map.of()).version();
        if (refuses(() -> bucket.delete(key, version))) {
            throw new Lacking("these credentials may not delete even an unlocked version, so a refusal shows no lock");
        }
        if (bucket.head(key, version).isPresent()) {
            throw new Lacking("the store accepts the deletion of an unlocked version and ignores it, so nothing shows a"
                    + " lock");
        }
    }

    private Instant soon() throws IOException {
        return bucket.serverTime().truncatedTo(ChronoUnit.SECONDS).plus(RETENTION);
    }

    private void tryRetention(LockMode mode, Instant until) throws IOException, Lacking {
        String name = "locked-" + mode;
        String key = folder + name;
        byte[] content = bytes(name);
        lockedUntil = until;
        String version = put(name, content, lock(mode, until)).version();
        if (version.isEmpty()) {
            throw new Lacking("a locked write was answered without a version id");
        }
        requireRetention(
                key, version, mode, until, "the store accepts " + mode + " retention with a write and drops it");
        requireUndeletable(key, version, content, until, "the store shows " + mode + " retention");
        Instant earlier = until.minusSeconds(3);
        boolean refused = refuses(() -> bucket.setRetention(key, version, new Retention(mode, earlier)));
        requireBefore(earlier);
        Instant now = bucket.retention(key, version).map(Retention::until).orElse(Instant.EPOCH);
        if (!refused || now.isBefore(until)) {
            throw new Lacking("the store lets " + mode + " retention be lowered");
        }
        Instant later = until.plusSeconds(1);
        lockedUntil = later;
        bucket.setRetention(key, version, new Retention(mode, later));
        requireRetention(
                key, version, mode, later, "the store accepts a later date of " + mode + " retention and drops it");
    }

    private void tryLockOfAnUpload(Instant until) throws IOException, Lacking {
        String key = folder + "locked-upload";
        lockedUntil = until;
        Upload upload = begin(key, lock(LockMode.COMPLIANCE, until));
        byte[] content = bytes("locked upload");
        Part part = bucket.uploadPart(key, upload.uploadId(), 1, content, content.length);
        String version = complete(upload, List.of(part), Map.of()).version();
        String dropped = "the store accepts COMPLIANCE retention when a multipart upload begins and drops it";
        requireRetention(key, version, LockMode.COMPLIANCE, until, dropped);
        requireUndeletable(key, version, content, until, "the store shows the retention of a multipart upload");
    }

    private void requireUndeletable(String key, String version, byte[] content, Instant until, String claim)
            throws IOException, Lacking {
        boolean refused = refuses(() -> bucket.delete(key, version));
        requireBefore(until);
        if (!refused || !holds(key, version, content)) {
            throw new Lacking(claim + " and yet deletes the version before its date");
        }
    }

    private void requireRetention(String key, String version, LockMode mode, Instant until, String otherwise)
            throws IOException, Lacking {
        Optional<Retention> told = bucket.retention(key, version);
        if (told.isEmpty() || told.get().mode() != mode || told.get().until().isBefore(until)) {
            throw new Lacking(otherwise);
        }
    }

    // What was allowed after the date proves nothing, in either direction.
    private void requireBefore(Instant until) throws IOException, Lacking {
        if (!bucket.serverTime().isBefore(until)) {
            throw new Lacking("the store answered so slowly that a retention of " + RETENTION.toSeconds()
                    + " s ended before it could be tried");
        }
    }

    private void tryDigests() throws IOException, Lacking {
        byte[] content = bytes("right");
        byte[] other = bytes("wrong");
        Map<String, String> wrong = Map.of("Content-MD5", Digests.md5Base64(other, other.length));
        if (!refuses(() -> put("digest", content, wrong))
                || bucket.head(folder + "digest", "").isPresent()) {
            throw new Lacking("the store accepts Content-MD5 and ignores it: a body that does not match was stored");
        }
        put("digest-right", content, Map.of());
        if (!holds(folder + "digest-right", "", content)) {
            throw new Lacking("a body that matches its Content-MD5 was not stored as it was sent");
        }
        note(() -> {
            Map<String, String> wrongSha = Map.of("x-amz-checksum-sha256", sha256Base64(other));
            if (!refuses(() -> put("digest-sha256", content, wrongSha))) {
                throw new Lacking("the store accepts x-amz-checksum-sha256 and ignores it; only Content-MD5 protects a"
                        + " body on its way");
            }
        });
    }

    private void tryMultipart() throws IOException, Lacking {
        byte[] large = new byte[PART];
        for (int i = 0; i < large.length; i++) {
            large[i] = (byte) (i * 31 + (i >>> 11));
        }
        byte[] last = Arrays.copyOf(bytes("the last part"), LAST_PART);
        String key = folder + "upload";
        Upload upload = begin(key, Map.of());
        List<Part> parts = List.of(
                bucket.uploadPart(key, upload.uploadId(), 1, large, large.length),
                bucket.uploadPart(key, upload.uploadId(), 2, last, last.length));
        if (bucket.head(key, "").isPresent()) {
            throw new Lacking("an unfinished multipart upload can be read as an object");
        }
        try {
            complete(upload, parts, Map.of());
        } catch (S3ErrorAnswer e) {
            if (passing(e)) {
                throw e;
            }
            throw new Lacking(
                    "the store did not complete a multipart upload of 8 MiB and 1 kB: it answered " + describe(e));
        }
        long size = bucket.head(key, "").map(Head::sizeBytes).orElse(-1L);
        if (size != PART + LAST_PART) {
            throw new Lacking("of a completed multipart upload of " + (PART + LAST_PART) + " bytes the store shows "
                    + (size < 0 ? "nothing" : size + " bytes"));
        }
        try (InputStream stored = bucket.get(key, "", 0).orElseGet(InputStream::nullInputStream)) {
            boolean same = Arrays.equals(stored.readNBytes(PART), large)
                    && Arrays.equals(stored.readNBytes(LAST_PART), last)
                    && stored.read() < 0;
            if (!same) {
                throw new Lacking(
                        "a completed multipart upload reads back otherwise than it was written, while the store"
                                + " shows its full size");
            }
        }
        tryAbort();
    }

    private void tryAbort() throws IOException, Lacking {
        String key = folder + "aborted";
        Upload upload = begin(key, Map.of());
        byte[] content = bytes("aborted");
        Part part = bucket.uploadPart(key, upload.uploadId(), 1, content, content.length);
        bucket.abortUpload(key, upload.uploadId());
        boolean listed = bucket.listUploads(key).stream()
                .anyMatch(left -> left.uploadId().equals(upload.uploadId()));
        boolean dead = refuses(() -> complete(upload, List.of(part), Map.of()));
        if (listed || !dead || bucket.head(key, "").isPresent()) {
            throw new Lacking("the store answers the abort of a multipart upload and keeps it");
        }
        begun.remove(upload);
    }

    private void tryConditionalComplete() throws IOException, Lacking {
        byte[] first = bytes("first");
        String key = folder + "conditional-upload";
        put("conditional-upload", first, Map.of());
        Upload upload = begin(key, Map.of());
        byte[] second = bytes("second");
        Part part = bucket.uploadPart(key, upload.uploadId(), 1, second, second.length);
        boolean refused = refuses(() -> complete(upload, List.of(part), Map.of("If-None-Match", "*")));
        if (!refused || !holds(key, "", first)) {
            throw new Lacking("the store accepts If-None-Match when a multipart upload is completed and ignores it;"
                    + " segments are told apart by the names of their runs only");
        }
    }

    private void tryListingOfUploads() throws IOException, Lacking {
        Upload upload = begin(folder + "uploads/unfinished", Map.of());
        String id = upload.uploadId();
        boolean byKey = bucket.listUploads(upload.key()).stream()
                .anyMatch(found -> found.uploadId().equals(id));
        boolean byPrefix = bucket.listUploads(folder + "uploads/").stream()
                .anyMatch(found -> found.uploadId().equals(id));
        if (!byPrefix) {
            throw new Lacking("the store lists unfinished multipart uploads "
                    + (byKey
                            ? "by their whole key only; what a crash left of them is asked for by the keys that"
                                    + " journals name"
                            : "not at all; what a crash left of them cannot be found, and needs a lifecycle rule of the"
                                    + " store"));
        }
    }

    /** Removes all that was written. Waits for the end of a retention. */
    private void remove() throws IOException {
        for (Upload upload : begun) {
            quietly(() -> bucket.abortUpload(upload.key(), upload.uploadId()));
        }
        awaitEndOfRetention();
        Set<Place> places = new LinkedHashSet<>(written);
        if (keepsVersions || written.stream().anyMatch(place -> !place.version().isEmpty())) {
            places.removeIf(place -> place.version().isEmpty());
            quietly(() ->
                    bucket.listVersions(folder).forEach(entry -> places.add(new Place(entry.key(), entry.version()))));
        } else {
            quietly(() -> bucket.list(folder).forEach(entry -> places.add(new Place(entry.key(), ""))));
        }
        Set<String> reasons = new LinkedHashSet<>();
        for (Place place : places) {
            try {
                bucket.delete(place.key(), place.version());
            } catch (S3ErrorAnswer e) {
                reasons.add(describe(e));
            }
        }
        long left = 0;
        for (Place place : places) {
            left += exists(place) ? 1 : 0;
        }
        if (left > 0) {
            findings.add("Note: " + left + " of " + places.size() + " objects the probe wrote are left under '" + folder
                    + "': " + (reasons.isEmpty() ? "the store accepts deletes and ignores them" : reasons));
        }
    }

    private boolean exists(Place place) throws IOException {
        try {
            return bucket.head(place.key(), place.version()).isPresent();
        } catch (S3ErrorAnswer e) {
            // HEAD of a delete marker is 405: the marker is there.
            return e.status() == 405;
        }
    }

    private void awaitEndOfRetention() throws IOException {
        if (lockedUntil.equals(Instant.EPOCH)) {
            return;
        }
        // Whole seconds in the Date header: one more to be past it, and one for the store's rounding.
        Duration left = Duration.between(bucket.serverTime(), lockedUntil).plusSeconds(2);
        try {
            time.sleep(left);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("Interrupted while waiting for a retention").initCause(e);
        }
    }

    private Head put(String name, byte[] content, Map<String, String> headers) throws IOException {
        String key = folder + name;
        written.add(new Place(key, ""));
        Head head = bucket.put(key, content, headers);
        if (!head.version().isEmpty()) {
            written.add(new Place(key, head.version()));
        }
        return head;
    }

    private Creation create(String key, byte[] content) throws IOException {
        written.add(new Place(key, ""));
        return bucket.putIfAbsent(key, content);
    }

    private Upload begin(String key, Map<String, String> headers) throws IOException {
        Upload upload = new Upload(key, bucket.beginUpload(key, headers), Instant.EPOCH);
        begun.add(upload);
        return upload;
    }

    private Head complete(Upload upload, List<Part> parts, Map<String, String> headers) throws IOException {
        written.add(new Place(upload.key(), ""));
        Head head = bucket.completeUpload(upload.key(), upload.uploadId(), parts, headers);
        begun.remove(upload);
        if (!head.version().isEmpty()) {
            written.add(new Place(upload.key(), head.version()));
        }
        return head;
    }

    private boolean holds(String key, String version, byte[] content) throws IOException {
        Optional<InputStream> found = bucket.get(key, version, 0);
        if (found.isEmpty()) {
            return false;
        }
        try (InputStream stored = found.get()) {
            return Arrays.equals(stored.readNBytes(content.length + 1), content);
        }
    }

    private static boolean refuses(IoAction action) throws IOException {
        try {
            action.run();
            return false;
        } catch (S3ErrorAnswer e) {
            if (passing(e)) {
                throw e;
            }
            return true;
        }
    }

    /** Clean-up goes on after a refusal; what stays is found and named at its end. */
    private static void quietly(IoAction action) throws IOException {
        refuses(action);
    }

    @FunctionalInterface
    private interface IoAction {
        void run() throws IOException;
    }

    private static Map<String, String> lock(LockMode mode, Instant until) {
        return Map.of(MODE, mode.name(), UNTIL, until.toString());
    }

    private static List<String> keys(List<Entry> entries) {
        return entries.stream().map(Entry::key).toList();
    }

    private static String describe(S3ErrorAnswer answer) {
        return answer.errorCode().isEmpty()
                ? "HTTP status " + answer.status()
                : answer.errorCode() + " (HTTP status " + answer.status() + ")";
    }

    private static String sha256Base64(byte[] content) {
        byte[] digest = HexFormat.of().parseHex(Digests.sha256Hex(content, content.length));
        return Base64.getEncoder().encodeToString(digest);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static <T> List<T> together(List<Callable<T>> tasks) throws IOException {
        ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
        try {
            List<T> results = new ArrayList<>();
            for (Future<T> result : threads.invokeAll(tasks)) {
                results.add(result.get());
            }
            return results;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("Interrupted while racing").initCause(e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw new IOException("A race was not run to its end", e.getCause());
        } finally {
            threads.shutdownNow();
        }
    }
}
