package io.github.drkit.minio;

import static io.github.drkit.minio.ProbeFolder.bytes;
import static io.github.drkit.minio.ProbeFolder.refuses;

import io.github.drkit.TimeSource;
import io.github.drkit.minio.S3Bucket.Entry;
import io.github.drkit.minio.S3Bucket.Head;
import io.github.drkit.minio.S3Bucket.Part;
import io.github.drkit.minio.S3Bucket.Upload;
import io.github.drkit.minio.S3Bucket.Versioning;
import io.github.drkit.store.Creation;
import io.github.drkit.store.StoreAbilities;
import io.github.drkit.store.StoreAbilities.Ability;
import io.minio.errors.MinioException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
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

    private static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(5);
    private static final int PART = 8 << 20;
    private static final int LAST_PART = 1000;

    private final S3Bucket bucket;
    private final TimeSource time;
    private final ProbeFolder folder;
    private final Set<Ability> shown = EnumSet.noneOf(Ability.class);
    private final List<String> findings = new ArrayList<>();

    @FunctionalInterface
    private interface Trial {
        void run() throws IOException, Lacking;
    }

    StoreProbe(S3Bucket bucket, TimeSource time) {
        this.bucket = bucket;
        this.time = time;
        this.folder = new ProbeFolder(bucket, time);
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
            folder.remove().ifPresent(left -> findings.add("Note: " + left));
        } catch (IOException e) {
            // A store that stopped answering is not asked again for each object to be removed.
            throw S3Errors.translate(
                    e,
                    "probe store '" + bucket.location() + "'",
                    "small objects are left under '" + folder.path() + "' and serve nothing");
        }
        return new StoreAbilities(shown, findings);
    }

    private void tryAll() throws IOException {
        show(Ability.CLOCK, this::tryClock);
        show(Ability.CONDITIONAL_CREATE, this::tryConditionalCreate);
        show(Ability.LIST_AFTER_WRITE, this::tryListing);
        show(Ability.VERSIONING, this::tryVersioning);
        show(Ability.OBJECT_LOCK, new LockTrial(bucket, folder)::run);
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
            if (e.isPassing()) {
                throw e;
            }
            findings.add(ability + " is off: the store refused the attempt with " + S3Errors.describe(e));
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
            if (e.isPassing()) {
                throw e;
            }
            findings.add("Note: the store refused an attempt with " + S3Errors.describe(e));
        } catch (IOException e) {
            if (!unreadable(e)) {
                throw e;
            }
            findings.add("Note: the store answered an attempt with what is not the document of the call");
        }
    }

    /** Without a plain write and a listing nothing can be learnt: these are the only refusals that are thrown. */
    private void admit() throws IOException {
        folder.put("admission", bytes("probe"), Map.of());
        bucket.list(folder.path());
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
        String key = folder.key("create");
        byte[] first = bytes("first");
        if (folder.create(key, first) != Creation.CREATED) {
            throw new Lacking("the store refused to create an object that did not exist");
        }
        Creation second = folder.create(key, bytes("second"));
        if (second != Creation.EXISTED || !folder.holds(key, "", first)) {
            throw new Lacking("the store accepts If-None-Match and ignores it: a second create of one key "
                    + (second == Creation.EXISTED ? "was refused, and yet changed the object" : "succeeded"));
        }
        for (int race = 1; race <= RACES; race++) {
            race(folder.key("race-" + race));
        }
    }

    private void race(String key) throws IOException, Lacking {
        folder.mayHold(key);
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
        if (!folder.holds(key, "", bytes("racer " + winners.get(0)))) {
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
        String sub = folder.key("list/");
        List<String> expected = new ArrayList<>();
        for (String name : List.of("a", "b", "c", "d", "e")) {
            folder.put("list/" + name, bytes(name), Map.of());
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
        if (told != Versioning.OFF) {
            folder.keepsVersions();
        }
        if (told != Versioning.ENABLED) {
            throw new Lacking("the bucket says its versioning is " + told);
        }
        byte[] old = bytes("old");
        String key = folder.key("versions");
        String first = folder.put("versions", old, Map.of()).version();
        String second = folder.put("versions", bytes("new"), Map.of()).version();
        String claim = "the bucket says its versioning is ENABLED, and yet ";
        if (first.isEmpty() || first.equals(second)) {
            throw new Lacking(claim + "a write was answered without a version id of its own");
        }
        if (!folder.holds(key, first, old)) {
            throw new Lacking(claim + "the old version was gone after an overwrite");
        }
        bucket.delete(key, "");
        if (bucket.head(key, "").isPresent()) {
            throw new Lacking(claim + "a deleted object could still be read");
        }
        if (!folder.holds(key, first, old) || !folder.holds(key, second, bytes("new"))) {
            throw new Lacking(claim + "a plain delete destroyed old versions");
        }
        List<Entry> listed = bucket.listVersions(key);
        boolean marker = listed.stream().anyMatch(entry -> entry.deleteMarker() && entry.latest());
        if (!marker || listed.stream().filter(entry -> !entry.deleteMarker()).count() != 2) {
            throw new Lacking(claim + "the listing of versions does not show two versions behind a delete marker");
        }
        // Where a default retention holds or these credentials may not, the refusal leaves the versions where they are.
        boolean kept = refuses(() -> bucket.delete(key, second));
        if (!folder.holds(key, first, old)) {
            throw new Lacking(claim + "deleting one version destroyed another");
        }
        if (!kept && bucket.head(key, second).isPresent()) {
            throw new Lacking(claim + "a version whose deletion was answered could still be read");
        }
    }

    private void tryDigests() throws IOException, Lacking {
        byte[] content = bytes("right");
        byte[] other = bytes("wrong");
        Map<String, String> wrong = Map.of("Content-MD5", Digests.md5Base64(other, other.length));
        if (!refuses(() -> folder.put("digest", content, wrong))
                || bucket.head(folder.key("digest"), "").isPresent()) {
            throw new Lacking("the store accepts Content-MD5 and ignores it: a body that does not match was stored");
        }
        folder.put("digest-right", content, Map.of());
        if (!folder.holds(folder.key("digest-right"), "", content)) {
            throw new Lacking("a body that matches its Content-MD5 was not stored as it was sent");
        }
        note(() -> {
            Map<String, String> wrongSha = Map.of("x-amz-checksum-sha256", sha256Base64(other));
            if (!refuses(() -> folder.put("digest-sha256", content, wrongSha))) {
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
        String key = folder.key("upload");
        Upload upload = folder.begin(key, Map.of());
        List<Part> parts = List.of(
                bucket.uploadPart(key, upload.uploadId(), 1, large, large.length),
                bucket.uploadPart(key, upload.uploadId(), 2, last, last.length));
        if (bucket.head(key, "").isPresent()) {
            throw new Lacking("an unfinished multipart upload can be read as an object");
        }
        try {
            folder.complete(upload, parts, Map.of());
        } catch (S3ErrorAnswer e) {
            if (e.isPassing()) {
                throw e;
            }
            throw new Lacking("the store did not complete a multipart upload of 8 MiB and 1 kB: it answered "
                    + S3Errors.describe(e));
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
        String key = folder.key("aborted");
        Upload upload = folder.begin(key, Map.of());
        byte[] content = bytes("aborted");
        Part part = bucket.uploadPart(key, upload.uploadId(), 1, content, content.length);
        bucket.abortUpload(key, upload.uploadId());
        boolean listed = bucket.listUploads(key).stream()
                .anyMatch(left -> left.uploadId().equals(upload.uploadId()));
        boolean dead = refuses(() -> folder.complete(upload, List.of(part), Map.of()));
        if (listed || !dead || bucket.head(key, "").isPresent()) {
            throw new Lacking("the store answers the abort of a multipart upload and keeps it");
        }
        folder.forget(upload);
    }

    private void tryConditionalComplete() throws IOException, Lacking {
        byte[] first = bytes("first");
        String key = folder.key("conditional-upload");
        folder.put("conditional-upload", first, Map.of());
        Upload upload = folder.begin(key, Map.of());
        byte[] second = bytes("second");
        Part part = bucket.uploadPart(key, upload.uploadId(), 1, second, second.length);
        boolean refused = refuses(() -> folder.complete(upload, List.of(part), Map.of("If-None-Match", "*")));
        if (!refused || !folder.holds(key, "", first)) {
            throw new Lacking("the store accepts If-None-Match when a multipart upload is completed and ignores it;"
                    + " segments are told apart by the names of their runs only");
        }
    }

    private void tryListingOfUploads() throws IOException, Lacking {
        Upload upload = folder.begin(folder.key("uploads/unfinished"), Map.of());
        String id = upload.uploadId();
        boolean byKey = bucket.listUploads(upload.key()).stream()
                .anyMatch(found -> found.uploadId().equals(id));
        boolean byPrefix = bucket.listUploads(folder.key("uploads/")).stream()
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

    private static List<String> keys(List<Entry> entries) {
        return entries.stream().map(Entry::key).toList();
    }

    private static String sha256Base64(byte[] content) {
        byte[] digest = HexFormat.of().parseHex(Digests.sha256Hex(content, content.length));
        return Base64.getEncoder().encodeToString(digest);
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
