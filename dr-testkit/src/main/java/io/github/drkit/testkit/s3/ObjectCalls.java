package io.github.drkit.testkit.s3;

import io.github.drkit.testkit.wire.Body;
import io.github.drkit.testkit.wire.HttpWire.Reply;
import io.github.drkit.testkit.wire.HttpWire.Request;
import io.github.drkit.testkit.wire.XmlText;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.w3c.dom.Element;

/** The calls about one object. */
final class ObjectCalls {

    static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
            .withZone(ZoneOffset.UTC);
    static final DateTimeFormatter XML_DATE =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private static final Pattern RANGE = Pattern.compile("bytes=(\\d*)-(\\d*)");
    private static final long RIVAL_MILLIS = 250;

    private final StoreState state;
    private final Map<String, CountDownLatch> rivals = new ConcurrentHashMap<>();

    ObjectCalls(StoreState state) {
        this.state = state;
    }

    Reply put(Request request, String bucketName, String key, Incoming incoming) throws S3Refusal {
        if (!request.header("x-amz-copy-source").isEmpty()) {
            throw new S3Refusal(501, "NotImplemented", "This fake does not copy");
        }
        boolean checks = !state.tells(Lie.IGNORES_IF_NONE_MATCH);
        if (!request.header("If-None-Match").isEmpty() && state.tells(Lie.LOSES_CREATE_RACES)) {
            state.requireAbsent(state.bucket(bucketName), key, request);
            awaitRival(bucketName + "/" + key);
            checks = false;
        }
        if (!state.tells(Lie.IGNORES_WRONG_DIGESTS) && incoming.complaint().isPresent()) {
            throw incoming.complaint().get();
        }
        synchronized (state) {
            Bucket bucket = state.bucket(bucketName);
            if (checks) {
                state.requireAbsent(bucket, key, request);
            }
            ObjectLock lock = state.lock(bucket, request.headers());
            boolean unchecked =
                    request.header("Content-MD5").isEmpty() && incoming.sums().isEmpty();
            boolean lockAsked = request.headers().keySet().stream()
                    .anyMatch(name -> name.toLowerCase(Locale.ROOT).startsWith("x-amz-object-lock-"));
            if (unchecked && lockAsked && state.flavour() == S3Flavour.AWS) {
                throw new S3Refusal(
                        400,
                        "InvalidRequest",
                        "Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with"
                                + " Object Lock parameters");
            }
            String id = state.versionId(bucket);
            Map<String, String> kept = kept(request.headers());
            kept.putAll(incoming.sums());
            state.add(bucket, key, id, incoming.body(), incoming.md5(), kept, lock);
            Map<String, String> headers = new TreeMap<>(incoming.sums());
            headers.put("ETag", quoted(incoming.md5()));
            addVersion(headers, bucket, id);
            return Reply.of(200, headers, Body.EMPTY);
        }
    }

    Reply get(Request request, String bucketName, String key) throws S3Refusal {
        synchronized (state) {
            Bucket bucket = state.bucket(bucketName);
            Version version = readable(bucket, key, request);
            if (version.body().isDiscarded()) {
                throw new S3Refusal(500, "InternalError", "This fake was told to discard bodies of this size");
            }
            Map<String, String> headers = describe(bucket, version, request);
            headers.remove("Content-Length");
            Matcher range = RANGE.matcher(request.header("Range"));
            if (!range.matches()) {
                return Reply.of(200, headers, version.body());
            }
            long length = version.body().length();
            boolean suffix = range.group(1).isEmpty();
            long from = suffix ? Math.max(0, length - Long.parseLong(range.group(2))) : Long.parseLong(range.group(1));
            long to =
                    suffix || range.group(2).isEmpty() ? length : Math.min(length, Long.parseLong(range.group(2)) + 1);
            if (from >= to) {
                throw new S3Refusal(416, "InvalidRange", "The requested range is not satisfiable");
            }
            headers.put("Content-Range", "bytes " + from + "-" + (to - 1) + "/" + length);
            return Reply.of(206, headers, version.body().range(from, to));
        }
    }

    Reply head(Request request, String bucketName, String key) throws S3Refusal {
        synchronized (state) {
            Bucket bucket = state.bucket(bucketName);
            return Reply.of(200, describe(bucket, readable(bucket, key, request), request), Body.EMPTY);
        }
    }

    Reply delete(Request request, String bucketName, String key) throws S3Refusal {
        synchronized (state) {
            String version = request.query().getOrDefault("versionId", "");
            return Reply.of(204, delete(state.bucket(bucketName), key, version, bypasses(request)), Body.EMPTY);
        }
    }

    /** Deletes, and tells what the answer's headers say. */
    Map<String, String> delete(Bucket bucket, String key, String versionId, boolean bypass) throws S3Refusal {
        Map<String, String> headers = new TreeMap<>();
        if (state.tells(Lie.IGNORES_DELETES)) {
            return headers;
        }
        if (versionId.isEmpty()) {
            if (bucket.versioning == Bucket.Versioning.OFF || state.tells(Lie.DELETES_WITHOUT_MARKER)) {
                bucket.removeAll(key);
                return headers;
            }
            String marker = state.versionId(bucket);
            state.addMarker(bucket, key, marker);
            headers.put("x-amz-delete-marker", "true");
            headers.put("x-amz-version-id", marker);
            return headers;
        }
        headers.put("x-amz-version-id", versionId);
        Optional<Version> found = bucket.find(key, versionId);
        if (found.isPresent()) {
            Version version = found.get();
            if (!version.lock().allowsDelete(state.time.now(), bypass) && !state.tells(Lie.DELETES_LOCKED_VERSIONS)) {
                throw state.locked();
            }
            if (version.marker()) {
                headers.put("x-amz-delete-marker", "true");
            }
            if (state.tells(Lie.DELETES_ALL_VERSIONS_FOR_ONE)) {
                bucket.removeAll(key);
            } else {
                bucket.remove(key, versionId);
            }
        }
        return headers;
    }

    Reply putRetention(Request request, String bucketName, String key, Incoming incoming) throws S3Refusal {
        Element document = checked(incoming);
        synchronized (state) {
            Bucket bucket = lockable(bucketName);
            Version version = readable(bucket, key, request);
            String mode = Xml.text(document, "Mode");
            Instant now = state.time.now();
            ObjectLock next = mode.isEmpty()
                    ? ObjectLock.NONE
                    : ObjectLock.retention(mode, Xml.text(document, "RetainUntilDate"), now, state.flavour());
            if (!version.lock().allows(next, now, bypasses(request)) && !state.tells(Lie.LETS_RETENTION_BE_LOWERED)) {
                throw state.locked();
            }
            bucket.replace(key, version.locked(next.with(version.lock().held())));
            return Reply.of(200, Map.of(), Body.EMPTY);
        }
    }

    Reply retention(Request request, String bucketName, String key) throws S3Refusal {
        synchronized (state) {
            ObjectLock lock = readable(lockable(bucketName), key, request).lock();
            if (lock.mode().isEmpty()) {
                throw noLock();
            }
            return xml(Xml.document("Retention")
                    .put("Mode", lock.mode())
                    .put("RetainUntilDate", XML_DATE.format(lock.until())));
        }
    }

    Reply putLegalHold(Request request, String bucketName, String key, Incoming incoming) throws S3Refusal {
        Element document = checked(incoming);
        synchronized (state) {
            Bucket bucket = lockable(bucketName);
            Version version = readable(bucket, key, request);
            boolean held = "ON".equals(Xml.text(document, "Status"));
            bucket.replace(key, version.locked(version.lock().with(held)));
            return Reply.of(200, Map.of(), Body.EMPTY);
        }
    }

    Reply legalHold(Request request, String bucketName, String key) throws S3Refusal {
        synchronized (state) {
            ObjectLock lock = readable(lockable(bucketName), key, request).lock();
            return xml(Xml.document("LegalHold").put("Status", lock.held() ? "ON" : "OFF"));
        }
    }

    static Reply xml(XmlText document) {
        return Reply.of(200, Map.of("Content-Type", "application/xml"), document.body());
    }

    static String quoted(String etag) {
        return '"' + etag + '"';
    }

    static void addVersion(Map<String, String> headers, Bucket bucket, String id) {
        if (bucket.versioning != Bucket.Versioning.OFF) {
            headers.put("x-amz-version-id", id);
        }
    }

    /** What of a write's headers a reader gets back. */
    static Map<String, String> kept(Map<String, String> headers) {
        Map<String, String> kept = new TreeMap<>();
        headers.forEach((name, value) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            if (lower.startsWith("x-amz-meta-") || lower.equals("content-type")) {
                kept.put(lower, value);
            }
        });
        return kept;
    }

    private Element checked(Incoming incoming) throws S3Refusal {
        if (incoming.complaint().isPresent()) {
            throw incoming.complaint().get();
        }
        return Xml.read(incoming.body());
    }

    private Bucket lockable(String name) throws S3Refusal {
        Bucket bucket = state.bucket(name);
        if (!bucket.lockable) {
            throw StoreState.notLockable();
        }
        return bucket;
    }

    private static Version readable(Bucket bucket, String key, Request request) throws S3Refusal {
        String id = request.query().getOrDefault("versionId", "");
        Optional<Version> found = bucket.find(key, id);
        if (found.isEmpty()) {
            throw id.isEmpty()
                    ? new S3Refusal(404, "NoSuchKey", "The specified key does not exist.")
                    : new S3Refusal(404, "NoSuchVersion", "The specified version does not exist.");
        }
        Version version = found.get();
        if (version.marker()) {
            Map<String, String> headers = new TreeMap<>(Map.of("x-amz-delete-marker", "true"));
            addVersion(headers, bucket, version.id());
            throw id.isEmpty()
                    ? new S3Refusal(404, "NoSuchKey", "The specified key does not exist.", headers)
                    : new S3Refusal(
                            405,
                            "MethodNotAllowed",
                            "The specified method is not allowed against this resource.",
                            headers);
        }
        return version;
    }

    private static Map<String, String> describe(Bucket bucket, Version version, Request request) {
        Map<String, String> headers = new TreeMap<>();
        boolean digests = "ENABLED".equalsIgnoreCase(request.header("x-amz-checksum-mode"));
        version.headers().forEach((name, value) -> {
            if (digests || !name.startsWith("x-amz-checksum-")) {
                headers.put(name, value);
            }
        });
        headers.put("Content-Length", Long.toString(version.told()));
        headers.put("ETag", quoted(version.etag()));
        headers.put("Last-Modified", HTTP_DATE.format(version.modified()));
        headers.put("Accept-Ranges", "bytes");
        addVersion(headers, bucket, version.id());
        ObjectLock lock = version.lock();
        if (!lock.mode().isEmpty()) {
            headers.put("x-amz-object-lock-mode", lock.mode());
            headers.put("x-amz-object-lock-retain-until-date", XML_DATE.format(lock.until()));
        }
        if (lock.held()) {
            headers.put("x-amz-object-lock-legal-hold", "ON");
        }
        return headers;
    }

    static boolean bypasses(Request request) {
        return "true".equalsIgnoreCase(request.header("x-amz-bypass-governance-retention"));
    }

    private S3Refusal noLock() {
        return new S3Refusal(
                state.flavour() == S3Flavour.AWS ? 404 : 400,
                "NoSuchObjectLockConfiguration",
                "The specified object does not have an ObjectLock configuration");
    }

    // Real time on purpose: two threads of a test meet here, whatever its virtual clock says.
    private void awaitRival(String key) {
        CountDownLatch mine = new CountDownLatch(1);
        CountDownLatch first = rivals.putIfAbsent(key, mine);
        try {
            if (first != null) {
                first.countDown();
            } else if (!mine.await(RIVAL_MILLIS, TimeUnit.MILLISECONDS)) {
                rivals.remove(key, mine);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            if (first != null) {
                rivals.remove(key, first);
            }
        }
    }
}
