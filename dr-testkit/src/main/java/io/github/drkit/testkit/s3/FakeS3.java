package io.github.drkit.testkit.s3;

import io.github.drkit.TimeSource;
import io.github.drkit.testkit.wire.Body;
import io.github.drkit.testkit.wire.HttpWire;
import io.github.drkit.testkit.wire.HttpWire.Reply;
import io.github.drkit.testkit.wire.HttpWire.Request;
import io.github.drkit.testkit.wire.XmlText;
import java.io.IOException;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An S3 store in memory, in this process, at a free port of 127.0.0.1: for what no embeddable server does. It has
 * versioning with delete markers, object lock that is enforced (GOVERNANCE, COMPLIANCE, legal holds, a bucket's default),
 * conditional writes that are atomic on plain writes and on completion, the 5 MiB rule, digest checks, and a clock of the
 * caller's, which retention, dates and the {@code Date} header follow. It can {@linkplain #inject(S3Fault...) fail} on
 * script and {@linkplain #lying(Lie...) lie}.
 *
 * <p>It has no copies, tags, policies, lifecycle or encryption: those are answered with 501. It demands a Signature
 * Version 4 with a known access key, and <em>does not verify the signature</em>: a wrong secret passes
 * ({@link LocalS3} verifies), and so does a request signed by another clock. Buckets are addressed by path. Objects are
 * kept on the heap and gone when it is closed.
 *
 * <p>Thread-safe.
 */
public final class FakeS3 implements AutoCloseable {

    private static final Duration WRONG = Duration.ofMinutes(20);
    private static final Pattern CREDENTIAL = Pattern.compile("Credential=([^/,]+)/");

    private final StoreState state;
    private final BucketCalls bucketCalls;
    private final ObjectCalls objectCalls;
    private final UploadCalls uploadCalls;
    private final String accessKey = "fake-" + LocalS3.hex(new SecureRandom(), 4);
    private final String secretKey = LocalS3.hex(new SecureRandom(), 20);
    private final List<Armed> faults = new CopyOnWriteArrayList<>();
    private final List<RecordedRequest> requests = new ArrayList<>();
    private final HttpWire wire;

    private record Armed(S3Fault fault, AtomicInteger matched) {}

    private record Aim(S3Call call, String bucket, String key) {}

    private FakeS3(TimeSource time) {
        this.state = new StoreState(time);
        this.objectCalls = new ObjectCalls(state);
        this.bucketCalls = new BucketCalls(state, objectCalls);
        this.uploadCalls = new UploadCalls(state);
        this.wire = HttpWire.begin("fake-s3", this::answer);
    }

    /**
     * Begins a store without buckets, honest, with the codes of {@link S3Flavour#AWS}.
     *
     * @param time its clock
     * @return the running store; close it to free the port
     */
    public static FakeS3 begin(TimeSource time) {
        return new FakeS3(time);
    }

    /**
     * Makes a bucket without versions.
     *
     * @param name its name
     * @return this
     */
    public FakeS3 bucket(String name) {
        return bucket(new Bucket(name, Bucket.Versioning.OFF, false));
    }

    /**
     * Makes a bucket that keeps versions.
     *
     * @param name its name
     * @return this
     */
    public FakeS3 versionedBucket(String name) {
        return bucket(new Bucket(name, Bucket.Versioning.ENABLED, false));
    }

    /**
     * Makes a bucket that keeps versions and can lock them; it has no default retention.
     *
     * @param name its name
     * @return this
     */
    public FakeS3 lockedBucket(String name) {
        return bucket(new Bucket(name, Bucket.Versioning.ENABLED, true));
    }

    /**
     * Answers with the error codes of one family from now on.
     *
     * @param flavour which
     * @return this
     */
    public FakeS3 flavour(S3Flavour flavour) {
        state.speakLike(flavour);
        return this;
    }

    /**
     * Lies from now on in these ways and in no other.
     *
     * @param lies the ways; none for an honest store
     * @return this
     */
    public FakeS3 lying(Lie... lies) {
        Set<Lie> told = EnumSet.noneOf(Lie.class);
        told.addAll(Arrays.asList(lies));
        state.tell(told);
        return this;
    }

    /**
     * Keeps only the length of objects and parts above 64 KiB from now on, so that any amount can be written. Reading
     * such an object is answered with 500; entity tags of such writes say nothing, while digests sent with them are
     * still checked.
     *
     * @return this
     */
    public FakeS3 discardsBodies() {
        state.discard();
        return this;
    }

    /**
     * Adds to the fault script. A request hit by two faults suffers the one added first.
     *
     * @param added the faults; each counts matching requests from now on
     * @return this
     */
    public FakeS3 inject(S3Fault... added) {
        for (S3Fault fault : added) {
            faults.add(new Armed(fault, new AtomicInteger()));
        }
        return this;
    }

    /** Ends the fault script: requests are answered as they should be. */
    public void heal() {
        faults.clear();
    }

    /**
     * Returns where the store answers. Address objects by path, {@code endpoint/bucket/key}.
     *
     * @return an {@code http} address with port
     */
    public URI endpoint() {
        return wire.endpoint();
    }

    /**
     * Returns the only access key the store accepts.
     *
     * @return the access key
     */
    public String accessKey() {
        return accessKey;
    }

    /**
     * Returns a secret to sign with. It is not checked, and made up so that a test can search for it.
     *
     * @return the secret key
     */
    public String secretKey() {
        return secretKey;
    }

    /**
     * Returns every request that was read so far, in the order in which they were answered.
     *
     * @return a copy
     */
    public List<RecordedRequest> requests() {
        synchronized (requests) {
            return List.copyOf(requests);
        }
    }

    /**
     * Returns the keys a reader sees, whatever the listing says.
     *
     * @param bucket the bucket's name
     * @return in the order of their bytes, without those a delete marker hides
     * @throws IllegalArgumentException if there is no such bucket
     */
    public List<String> keys(String bucket) {
        synchronized (state) {
            Bucket found = find(bucket);
            return found.objects().keySet().stream().filter(found::exists).toList();
        }
    }

    /**
     * Returns the bytes of the newest version as they are kept.
     *
     * @param bucket the bucket's name
     * @param key the object's key
     * @return a copy
     * @throws IllegalArgumentException if there is no such bucket or object, or its bytes were discarded
     */
    public byte[] content(String bucket, String key) {
        synchronized (state) {
            return newest(bucket, key).body().bytes();
        }
    }

    /**
     * Changes one bit of the newest version behind everybody's back.
     *
     * @param bucket the bucket's name
     * @param key the object's key
     * @param bit which, from 0 at the lowest bit of the first byte
     * @throws IllegalArgumentException if there is no such bucket, object or bit, or the bytes were discarded
     */
    public void flip(String bucket, String key, long bit) {
        synchronized (state) {
            Version version = newest(bucket, key);
            if (bit < 0 || bit / 8 >= version.body().length()) {
                throw new IllegalArgumentException("Cannot flip bit " + bit + " of object '" + key + "': it has "
                        + version.body().length() + " bytes");
            }
            byte[] bytes = version.body().bytes();
            bytes[Math.toIntExact(bit / 8)] ^= (byte) (1 << bit % 8);
            find(bucket).replace(key, version.holding(Body.of(List.of(bytes))));
        }
    }

    /**
     * Returns the keys of the unfinished multipart uploads, whatever the listing says.
     *
     * @param bucket the bucket's name
     * @return one for each upload
     * @throws IllegalArgumentException if there is no such bucket
     */
    public List<String> unfinishedUploads(String bucket) {
        synchronized (state) {
            return find(bucket).uploads.values().stream()
                    .map(upload -> upload.key)
                    .toList();
        }
    }

    /** Drops all connections and frees the port. What was stored is gone. A second call does nothing. */
    @Override
    public void close() {
        wire.close();
    }

    /** Names the endpoint, never the secret. */
    @Override
    public String toString() {
        return "FakeS3[" + endpoint() + "]";
    }

    private FakeS3 bucket(Bucket bucket) {
        synchronized (state) {
            state.buckets.putIfAbsent(bucket.name, bucket);
            return this;
        }
    }

    private Bucket find(String name) {
        Bucket bucket = state.buckets.get(name);
        if (bucket == null) {
            throw new IllegalArgumentException("Cannot look into bucket '" + name + "': there is none of that name");
        }
        return bucket;
    }

    private Version newest(String bucket, String key) {
        Version version = find(bucket)
                .latest(key)
                .filter(latest -> !latest.marker())
                .orElseThrow(() -> new IllegalArgumentException(
                        "Cannot look at object '" + key + "': bucket '" + bucket + "' has none of that key"));
        if (version.body().isDiscarded()) {
            throw new IllegalArgumentException("Cannot look at object '" + key + "': its bytes were discarded");
        }
        return version;
    }

    private Reply answer(Request request) throws IOException {
        Aim aim = aim(request);
        String recorded = "";
        Reply reply;
        S3Fault fault = null;
        try {
            Incoming incoming = Incoming.read(request, state.discards(), state.flavour());
            recorded = incoming.recorded();
            fault = hit(aim);
            if (fault != null && fault.effect() == S3Fault.Effect.ANSWER) {
                throw new S3Refusal(fault.status(), fault.code(), "Injected by the fault script");
            }
            if (fault != null && fault.effect() == S3Fault.Effect.DROP_BEFORE) {
                reply = Reply.DROPPED;
            } else {
                authorise(request);
                reply = run(request, aim, incoming);
            }
        } catch (S3Refusal refusal) {
            reply = error(request, aim, refusal);
        }
        if (fault != null && fault.effect() == S3Fault.Effect.DROP_AFTER) {
            reply = Reply.DROPPED;
        }
        if (fault != null && fault.effect() == S3Fault.Effect.CUT) {
            reply = reply.cutAfter(fault.bytes());
        }
        synchronized (requests) {
            requests.add(new RecordedRequest(
                    aim.call(), request.method(), request.target(), request.headers(), recorded, reply.status()));
        }
        return dated(reply);
    }

    private @Nullable S3Fault hit(Aim aim) {
        for (Armed armed : faults) {
            if (armed.fault().matches(aim.call(), aim.key())
                    && armed.fault().hits(armed.matched().incrementAndGet())) {
                return armed.fault();
            }
        }
        return null;
    }

    private Reply dated(Reply reply) {
        Instant now = state.time.now();
        Map<String, String> headers = new TreeMap<>(reply.headers());
        headers.put("Date", ObjectCalls.HTTP_DATE.format(state.tells(Lie.TELLS_WRONG_TIME) ? now.plus(WRONG) : now));
        headers.put("Server", "FakeS3");
        return new Reply(reply.status(), headers, reply.body(), reply.cut());
    }

    private void authorise(Request request) throws S3Refusal {
        String presigned = request.query().getOrDefault("X-Amz-Credential", "");
        Matcher credential =
                CREDENTIAL.matcher(presigned.isEmpty() ? request.header("Authorization") : "Credential=" + presigned);
        if (!credential.find()) {
            throw new S3Refusal(403, "AccessDenied", "Access Denied.");
        }
        if (!credential.group(1).equals(accessKey)) {
            throw new S3Refusal(
                    403, "InvalidAccessKeyId", "The Access Key Id you provided does not exist in our records.");
        }
    }

    private Reply error(Request request, Aim aim, S3Refusal refusal) {
        Map<String, String> headers = new TreeMap<>(refusal.headers());
        headers.put("Content-Type", "application/xml");
        if (request.method().equals("HEAD")) {
            // An error has no body here; MinIO says its code in a header of its own.
            if (state.flavour() == S3Flavour.MINIO) {
                headers.put("x-minio-error-code", refusal.code());
            }
            return Reply.of(refusal.status(), headers, Body.EMPTY);
        }
        XmlText xml = XmlText.document("Error", "")
                .put("Code", refusal.code())
                .put("Message", refusal.text())
                .put("BucketName", aim.bucket())
                .put("Key", aim.key())
                .put("Resource", request.path())
                .put("RequestId", "fake");
        return Reply.of(refusal.status(), headers, xml.body());
    }

    private Reply run(Request request, Aim aim, Incoming incoming) throws S3Refusal {
        String bucket = aim.bucket();
        String key = aim.key();
        return switch (aim.call()) {
            case LIST_BUCKETS -> bucketCalls.list();
            case CREATE_BUCKET -> bucketCalls.create(request, bucket);
            case HEAD_BUCKET -> bucketCalls.head(bucket);
            case DELETE_BUCKET -> bucketCalls.delete(bucket);
            case GET_LOCATION -> bucketCalls.location(bucket);
            case GET_VERSIONING -> bucketCalls.versioning(bucket);
            case PUT_VERSIONING -> bucketCalls.putVersioning(bucket, incoming);
            case GET_LOCK_CONFIGURATION -> bucketCalls.lockConfiguration(bucket);
            case PUT_LOCK_CONFIGURATION -> bucketCalls.putLockConfiguration(bucket, incoming);
            case LIST_OBJECTS -> bucketCalls.listObjects(request, bucket);
            case LIST_VERSIONS -> bucketCalls.listVersions(request, bucket);
            case LIST_UPLOADS -> bucketCalls.listUploads(request, bucket);
            case DELETE_OBJECTS -> bucketCalls.deleteObjects(request, bucket, incoming);
            case PUT_OBJECT -> objectCalls.put(request, bucket, key, incoming);
            case GET_OBJECT -> objectCalls.get(request, bucket, key);
            case HEAD_OBJECT -> objectCalls.head(request, bucket, key);
            case DELETE_OBJECT -> objectCalls.delete(request, bucket, key);
            case PUT_RETENTION -> objectCalls.putRetention(request, bucket, key, incoming);
            case GET_RETENTION -> objectCalls.retention(request, bucket, key);
            case PUT_LEGAL_HOLD -> objectCalls.putLegalHold(request, bucket, key, incoming);
            case GET_LEGAL_HOLD -> objectCalls.legalHold(request, bucket, key);
            case CREATE_UPLOAD -> uploadCalls.begin(request, bucket, key);
            case UPLOAD_PART -> uploadCalls.part(request, bucket, key, incoming);
            case COMPLETE_UPLOAD -> uploadCalls.complete(request, bucket, key, incoming);
            case ABORT_UPLOAD -> uploadCalls.abort(request, bucket, key);
            case LIST_PARTS -> uploadCalls.parts(request, bucket, key);
            case OTHER ->
                throw new S3Refusal(
                        501,
                        "NotImplemented",
                        "A header or query you provided implies functionality that is not implemented");
        };
    }

    private static Aim aim(Request request) {
        String path = request.path().substring(1);
        int slash = path.indexOf('/');
        String bucket = slash < 0 ? path : path.substring(0, slash);
        String key = slash < 0 ? "" : path.substring(slash + 1);
        S3Call call = bucket.isEmpty()
                ? (request.method().equals("GET") ? S3Call.LIST_BUCKETS : S3Call.OTHER)
                : key.isEmpty() ? bucketCall(request) : objectCall(request);
        return new Aim(call, bucket, key);
    }

    private static S3Call bucketCall(Request request) {
        Set<String> query = request.query().keySet();
        boolean put = request.method().equals("PUT");
        boolean get = request.method().equals("GET");
        if (query.contains("versioning") && (get || put)) {
            return put ? S3Call.PUT_VERSIONING : S3Call.GET_VERSIONING;
        }
        if (query.contains("object-lock") && (get || put)) {
            return put ? S3Call.PUT_LOCK_CONFIGURATION : S3Call.GET_LOCK_CONFIGURATION;
        }
        if (request.method().equals("POST") && query.contains("delete")) {
            return S3Call.DELETE_OBJECTS;
        }
        if (get && query.contains("location")) {
            return S3Call.GET_LOCATION;
        }
        if (get && query.contains("versions")) {
            return S3Call.LIST_VERSIONS;
        }
        if (get && query.contains("uploads")) {
            return S3Call.LIST_UPLOADS;
        }
        boolean listing = query.isEmpty() || query.contains("list-type") || query.contains("prefix");
        return switch (request.method()) {
            case "GET" -> listing ? S3Call.LIST_OBJECTS : S3Call.OTHER;
            case "HEAD" -> S3Call.HEAD_BUCKET;
            case "PUT" -> query.isEmpty() ? S3Call.CREATE_BUCKET : S3Call.OTHER;
            case "DELETE" -> query.isEmpty() ? S3Call.DELETE_BUCKET : S3Call.OTHER;
            default -> S3Call.OTHER;
        };
    }

    private static S3Call objectCall(Request request) {
        Set<String> query = request.query().keySet();
        boolean upload = query.contains("uploadId");
        boolean strange = query.contains("tagging") || query.contains("acl") || query.contains("attributes");
        if (strange) {
            return S3Call.OTHER;
        }
        return switch (request.method()) {
            case "PUT" ->
                query.contains("retention")
                        ? S3Call.PUT_RETENTION
                        : query.contains("legal-hold")
                                ? S3Call.PUT_LEGAL_HOLD
                                : upload ? S3Call.UPLOAD_PART : S3Call.PUT_OBJECT;
            case "GET" ->
                query.contains("retention")
                        ? S3Call.GET_RETENTION
                        : query.contains("legal-hold")
                                ? S3Call.GET_LEGAL_HOLD
                                : upload ? S3Call.LIST_PARTS : S3Call.GET_OBJECT;
            case "HEAD" -> S3Call.HEAD_OBJECT;
            case "DELETE" -> upload ? S3Call.ABORT_UPLOAD : S3Call.DELETE_OBJECT;
            case "POST" ->
                upload ? S3Call.COMPLETE_UPLOAD : query.contains("uploads") ? S3Call.CREATE_UPLOAD : S3Call.OTHER;
            default -> S3Call.OTHER;
        };
    }
}
