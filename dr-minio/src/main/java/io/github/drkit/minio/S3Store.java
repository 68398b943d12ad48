package io.github.drkit.minio;

import io.github.drkit.Progress;
import io.github.drkit.TimeSource;
import io.github.drkit.store.Creation;
import io.github.drkit.store.Encryption;
import io.github.drkit.store.Identity;
import io.github.drkit.store.IdentitySource;
import io.github.drkit.store.Listing;
import io.github.drkit.store.ObjectKey;
import io.github.drkit.store.PointStore;
import io.github.drkit.store.StoreAbilities;
import io.github.drkit.store.StoredObject;
import io.github.drkit.store.StoredStream;
import io.minio.MinioAsyncClient;
import io.minio.credentials.Credentials;
import io.minio.credentials.Provider;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import javax.net.ssl.SSLHandshakeException;
import okhttp3.ConnectionSpec;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import org.jspecify.annotations.Nullable;

/**
 * Recovery points in a bucket of an S3-compatible store that honours conditional writes ({@code If-None-Match}). What a store
 * does is tried, not believed; {@code docs/store-probe.md} says which were seen, and AWS S3 itself is not among them yet.
 *
 * <p>Begin with {@link #builder(URI, String)}. Thread-safe. Each running {@link #write} holds up to one part buffer of
 * 8 MiB more than it has parts in flight, and about 40 MiB of native memory to compress in. Requests are repeated for
 * 20 to 41 seconds where that is safe; no request is repeated that could take effect twice.
 */
public final class S3Store implements PointStore {

    /** What no small object exceeds. */
    private static final int SMALL = 16 << 20;

    /** Somebody may suspend the versioning of a bucket, or put a proxy before it, while this process runs. */
    private static final Duration FRESH = Duration.ofDays(1);

    /** Begins the version of an unfinished upload; version ids have no colon, and entity tags begin with a quote. */
    private static final String UPLOAD = "upload:";

    private final S3Bucket bucket;
    private final TimeSource time;
    private final StreamWriter streams;
    private final ObjectLocks locks;
    private final Object examining = new Object();
    private volatile @Nullable Examined examined;
    private volatile boolean conditional;

    private S3Store(S3Bucket bucket, Settings settings) {
        this.time = settings.time;
        this.bucket = new RetryingBucket(bucket, time, settings.chance);
        this.streams =
                new StreamWriter(this.bucket, settings.cut, settings.partsInFlight, settings.compressionLevel, time);
        this.locks = new ObjectLocks(this.bucket, settings.lockMode, time);
    }

    /**
     * Begins to describe a store.
     *
     * @param endpoint scheme, host and port, such as {@code https://minio.example.org:9000}; no path
     * @param bucket which has to exist
     * @return a builder; credentials are the only further thing it needs
     * @throws IllegalArgumentException if the endpoint is no {@code https} or {@code http} URI of a host and perhaps a port
     *     alone, or the bucket's name is none
     */
    public static Builder builder(URI endpoint, String bucket) {
        return new Builder(endpoint, bucket);
    }

    /**
     * Returns a store that speaks as the caller's client is configured: its endpoint, region, credentials, proxy, TLS
     * and timeouts. The client is neither changed nor closed; what it would repeat on its own is not repeated.
     *
     * @param client of the caller, who closes it after the store
     * @param bucket which has to exist
     * @param prefix put before every key, such as {@code prod}; may be empty
     * @param time the clock, and the way to wait
     * @return the store; close it
     * @throws IllegalArgumentException if the prefix is not made like a key
     */
    public static S3Store over(MinioAsyncClient client, String bucket, String prefix, TimeSource time) {
        Settings settings = new Settings();
        settings.time = time;
        return of(client, bucket, checkedPrefix(prefix), settings);
    }

    private static S3Store of(MinioAsyncClient client, String bucket, String prefix, Settings settings) {
        String folder = prefix.isEmpty() ? "" : prefix + "/";
        return new S3Store(new HttpBucket(new S3Connection(client, bucket), folder, HttpBucket.PAGE), settings);
    }

    private static String checkedPrefix(String prefix) {
        return prefix.isEmpty() ? "" : ObjectKey.of(prefix).value();
    }

    @Override
    public String location() {
        return bucket.location();
    }

    /** What the store showed, and when. */
    private record Examined(StoreAbilities abilities, long atNanos) {}

    @Override
    public StoreAbilities abilities() {
        Examined known = examined;
        if (known != null && isFresh(known)) {
            return known.abilities();
        }
        synchronized (examining) {
            known = examined;
            if (known == null || !isFresh(known)) {
                known = new Examined(new StoreProbe(bucket, time).examine(), time.elapsedNanos());
                examined = known;
            }
            return known.abilities();
        }
    }

    private boolean isFresh(Examined known) {
        return time.elapsedNanos() - known.atNanos() < FRESH.toNanos();
    }

    @Override
    public Instant now() {
        try {
            return bucket.serverTime();
        } catch (IOException e) {
            throw S3Errors.translate(e, "read the time of store '" + location() + "'", S3Errors.NOTHING);
        }
    }

    @Override
    public Creation create(ObjectKey key, byte[] content) {
        if (content.length > SMALL) {
            throw new IllegalArgumentException("Cannot create object '" + place(key.value()) + "': it has "
                    + content.length + " bytes but may have " + SMALL);
        }
        Creation creation = createOnce(key, content);
        if (!conditional) {
            showCondition(key, content, creation);
        }
        return creation;
    }

    private Creation createOnce(ObjectKey key, byte[] content) {
        String action = "create object '" + place(key.value()) + "'";
        try {
            return bucket.putIfAbsent(key.value(), content);
        } catch (S3ErrorAnswer e) {
            if (e.status() == 501) {
                throw S3Errors.unconditional(action, S3Errors.NOTHING);
            }
            if (e.status() == 500 || e.status() == 502 || e.status() == 504) {
                throw S3Errors.unknown(place(key.value()), e);
            }
            throw S3Errors.translate(e, action, S3Errors.NOTHING);
        } catch (ConnectException | UnknownHostException | NoRouteToHostException | SSLHandshakeException e) {
            // Nothing was sent.
            throw S3Errors.translate(e, action, S3Errors.NOTHING);
        } catch (IOException e) {
            throw S3Errors.unknown(place(key.value()), e);
        }
    }

    /**
     * A store that ignores the condition answers every create with success. So the first create of this store object is
     * asked for twice: the second must be refused, and changes nothing where it is not.
     */
    private void showCondition(ObjectKey key, byte[] content, Creation first) {
        if (first == Creation.CREATED && createOnce(key, content) == Creation.CREATED) {
            throw S3Errors.unconditional("create object '" + place(key.value()) + "'", "the object is there");
        }
        conditional = true;
    }

    @Override
    public Optional<byte[]> find(ObjectKey key) {
        try {
            Optional<InputStream> found = bucket.get(key.value(), "", 0);
            if (found.isEmpty()) {
                return Optional.empty();
            }
            try (InputStream body = found.get()) {
                byte[] content = body.readNBytes(SMALL + 1);
                if (content.length > SMALL) {
                    throw S3Errors.tooLarge(place(key.value()), SMALL);
                }
                return Optional.of(content);
            }
        } catch (IOException e) {
            throw S3Errors.translate(e, "read object '" + place(key.value()) + "'", S3Errors.NOTHING);
        }
    }

    @Override
    public Listing list(String prefix) {
        try {
            List<StoredObject> objects = versioned()
                    ? bucket.listVersions(prefix).stream()
                            .filter(entry -> entry.latest() && !entry.deleteMarker())
                            .map(entry -> stored(entry, entry.version()))
                            .toList()
                    : bucket.list(prefix).stream()
                            .map(entry -> stored(entry, '"' + entry.etag() + '"'))
                            .toList();
            return new Listing(objects.stream()
                    .sorted(Comparator.comparing(StoredObject::key))
                    .toList());
        } catch (IOException e) {
            throw S3Errors.translate(e, "list objects '" + place(prefix) + "'", S3Errors.NOTHING);
        }
    }

    /** Whether listings have version ids. A store that does not know the question, or may not answer it, has none. */
    private boolean versioned() throws IOException {
        try {
            return bucket.versioning() != S3Bucket.Versioning.OFF;
        } catch (S3ErrorAnswer e) {
            if (e.status() == 501 || e.status() == 405 || e.is("AccessDenied")) {
                return false;
            }
            throw e;
        }
    }

    /** An entity tag keeps its quotes, as in HTTP; so {@link #delete} tells it from a version id. */
    private static StoredObject stored(S3Bucket.Entry entry, String version) {
        return new StoredObject(entry.key(), entry.sizeBytes(), entry.modified(), version);
    }

    @Override
    public StoredStream write(ObjectKey base, InputStream source, Encryption encryption, Progress progress)
            throws IOException {
        return streams.write(base, source, encryption, progress);
    }

    @Override
    public InputStream open(StoredStream stream, IdentitySource identities) {
        String place = place(StoredBytes.name(stream));
        List<Identity> fitting = List.of();
        if (!stream.recipients().isEmpty()) {
            List<Identity> atHand = identities.identities();
            fitting = atHand.stream()
                    .filter(identity -> Age.recipientOf(identity)
                            .filter(stream.recipients()::contains)
                            .isPresent())
                    .toList();
            if (fitting.isEmpty()) {
                throw S3Errors.noIdentity(place, stream.recipients(), atHand.size());
            }
        }
        return new PlainBytes(new StoredBytes(bucket, stream), stream, fitting, place);
    }

    @Override
    public InputStream openStored(StoredStream stream) {
        return new StoredBytes(bucket, stream);
    }

    /**
     * {@inheritDoc}
     *
     * <p>MinIO's server takes the prefix for a whole key, and removes unfinished uploads by itself after 24 hours unless
     * told otherwise; AWS and others keep them until somebody aborts them. So the segments that a stream of that base
     * has, and the one that comes next, are asked for by their whole keys too.
     */
    @Override
    public Listing unfinished(String prefix) {
        try {
            Set<S3Bucket.Upload> uploads = new LinkedHashSet<>(bucket.listUploads(prefix));
            if (!prefix.isEmpty() && !prefix.endsWith("/")) {
                long segments = bucket.list(prefix + ".").stream()
                        .filter(entry -> Segmentation.isSegment(entry.key(), prefix))
                        .count();
                for (int number = 1; number <= segments + 1; number++) {
                    uploads.addAll(bucket.listUploads(prefix + Segmentation.suffix(number)));
                }
            }
            return new Listing(uploads.stream()
                    .map(upload -> new StoredObject(upload.key(), 0, upload.begun(), UPLOAD + upload.uploadId()))
                    .sorted(Comparator.comparing(StoredObject::key))
                    .toList());
        } catch (IOException e) {
            throw S3Errors.translate(e, "list unfinished uploads '" + place(prefix) + "'", S3Errors.NOTHING);
        }
    }

    @Override
    public void delete(StoredObject object) {
        try {
            if (object.version().startsWith(UPLOAD)) {
                bucket.abortUpload(object.key(), object.version().substring(UPLOAD.length()));
                return;
            }
            if (!object.version().startsWith("\"")) {
                bucket.delete(object.key(), object.version());
                return;
            }
            // Not one request: S3 has no conditional delete that stores agree on. Keys are written once, so what
            // replaced the object was written by somebody else, and is not deleted.
            String etag = object.version().substring(1, object.version().length() - 1);
            boolean there = bucket.list(object.key()).stream()
                    .anyMatch(entry ->
                            entry.key().equals(object.key()) && entry.etag().equals(etag));
            if (there) {
                bucket.delete(object.key(), "");
            }
        } catch (S3ErrorAnswer e) {
            throw locks.undeleted(object, e);
        } catch (IOException e) {
            throw S3Errors.translate(e, "delete object '" + place(object.key()) + "'", S3Errors.NOTHING);
        }
    }

    @Override
    public Optional<Instant> lockedUntil(StoredObject object) {
        return locks.until(object);
    }

    @Override
    public Optional<Instant> lock(StoredObject object, Instant until) {
        return locks.lock(object, until);
    }

    private String place(String key) {
        return location() + "/" + key;
    }

    @Override
    public void close() {
        streams.close();
        bucket.close();
    }

    private static final class Settings {
        private TimeSource time = TimeSource.system();
        private RandomGenerator chance = new SecureRandom();
        private Segmentation cut = Segmentation.DEFAULT;
        private int partsInFlight = 2;
        private int compressionLevel = 2;
        private S3Bucket.LockMode lockMode = S3Bucket.LockMode.GOVERNANCE;
    }

    /** Describes a store. Not thread-safe. */
    public static final class Builder {

        private static final Duration CONNECT = Duration.ofSeconds(10);
        private static final Duration SILENCE = Duration.ofSeconds(60);
        private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");

        private final URI endpoint;
        private final String bucket;
        private final Settings settings = new Settings();
        private String prefix = "";
        private String region = "";
        private @Nullable Supplier<S3Credentials> credentials;
        private @Nullable Path certificateAuthorities;
        private boolean withoutTls;

        private Builder(URI endpoint, String bucket) {
            this.endpoint = bare(endpoint);
            if (!BUCKET.matcher(bucket).matches()) {
                throw new IllegalArgumentException("Cannot use bucket '" + bucket
                        + "': its name must be 3 to 63 lower-case letters, digits, dots and hyphens");
            }
            this.bucket = bucket;
        }

        /**
         * Puts all keys under a prefix, so that several stores share a bucket. None unless set.
         *
         * @param value such as {@code prod}, without a slash at either end
         * @return this
         * @throws IllegalArgumentException if it is not made like a key
         */
        public Builder prefix(String value) {
            this.prefix = checkedPrefix(value);
            return this;
        }

        /**
         * Signs requests for a region. Unless set, that of an AWS endpoint, else {@code us-east-1}, which other stores
         * take.
         *
         * @param value such as {@code eu-central-1}
         * @return this
         */
        public Builder region(String value) {
            this.region = Objects.requireNonNull(value, "region");
            return this;
        }

        /**
         * Says who asks.
         *
         * @param value asked for each request, from several threads, so that rotated credentials are used at once; it
         *     should be quick
         * @return this
         */
        public Builder credentials(Supplier<S3Credentials> value) {
            this.credentials = Objects.requireNonNull(value, "credentials");
            return this;
        }

        /**
         * Trusts the certificate authorities of a file instead of the machine's. The host name is checked in any case.
         *
         * @param pem one or more certificates in PEM form; read by {@link #build()}, once, so a new bundle needs a new
         *     store
         * @return this
         */
        public Builder certificateAuthorities(Path pem) {
            this.certificateAuthorities = Objects.requireNonNull(pem, "pem");
            return this;
        }

        /**
         * Accepts an endpoint whose scheme is {@code http}: requests are then signed and not hidden; for a store on this
         * machine only. Without it such an endpoint is refused. One whose scheme is {@code https} keeps its TLS.
         *
         * @return this
         */
        public Builder withoutTls() {
            this.withoutTls = true;
            return this;
        }

        /**
         * Sets how many parts of one write are uploaded side by side. 2 unless set, which keeps one connection busy
         * while the other waits for its answer; each costs 8 MiB of memory.
         *
         * @param value 1 to 16
         * @return this
         */
        public Builder partsInFlight(int value) {
            if (value < 1 || value > 16) {
                throw new IllegalArgumentException("Cannot have " + value + " parts in flight: 1 to 16 needed");
            }
            settings.partsInFlight = value;
            return this;
        }

        /**
         * Sets the zstd level. 2 unless set: a dump came out as small as at 3, zstd's own default, in two thirds of the
         * processor time (ADR 0004). Higher ones cost far more time than they save space.
         *
         * @param value 1 to 19
         * @return this
         */
        public Builder compressionLevel(int value) {
            if (value < 1 || value > 19) {
                throw new IllegalArgumentException("Cannot compress at level " + value + ": 1 to 19 needed");
            }
            settings.compressionLevel = value;
            return this;
        }

        /**
         * Locks objects in COMPLIANCE mode: nobody can delete them before their date, not even the account's owner, and a
         * wrong date is paid for until it has passed. Unless set, locks are in GOVERNANCE mode, which whoever has the
         * permission {@code s3:BypassGovernanceRetention} can lift; these credentials should not have it.
         *
         * @return this
         */
        public Builder complianceLocks() {
            settings.lockMode = S3Bucket.LockMode.COMPLIANCE;
            return this;
        }

        /**
         * Sets the clock and the way to wait between repeated requests. The system's unless set.
         *
         * @param value the time source
         * @return this
         */
        public Builder time(TimeSource value) {
            settings.time = Objects.requireNonNull(value, "time");
            return this;
        }

        /**
         * Sets the chance that shortens the waits between repeated requests, so that clients do not come back together.
         * The system's unless set.
         *
         * @param value thread-safe
         * @return this
         */
        public Builder chance(RandomGenerator value) {
            settings.chance = Objects.requireNonNull(value, "chance");
            return this;
        }

        /** Cuts smaller segments, for tests. */
        Builder segmentation(Segmentation value) {
            settings.cut = value;
            return this;
        }

        /**
         * Returns the store. Sends no request.
         *
         * @return the store; close it
         * @throws io.github.drkit.error.RequestRefusedException if the endpoint is plain http without {@link #withoutTls()},
         *     or the certificate authorities cannot be read; nothing was sent
         * @throws IllegalStateException if no credentials were given
         */
        public S3Store build() {
            boolean plain = scheme(endpoint).equals("http");
            if (plain && !withoutTls) {
                throw S3Errors.plainHttp(endpoint.toString());
            }
            Supplier<S3Credentials> keys = credentials;
            if (keys == null) {
                throw new IllegalStateException("Cannot build store '" + endpoint + "': credentials are required");
            }
            OkHttpClient.Builder http = new OkHttpClient.Builder()
                    .connectTimeout(CONNECT)
                    .readTimeout(SILENCE)
                    .writeTimeout(SILENCE)
                    .protocols(List.of(Protocol.HTTP_1_1));
            if (plain) {
                // Otherwise the client reads the machine's certificate authorities for nothing.
                http.connectionSpecs(List.of(ConnectionSpec.CLEARTEXT));
            }
            Path authorities = certificateAuthorities;
            if (authorities != null) {
                TrustedAuthorities.read(authorities).apply(http);
            }
            Provider provider = () -> {
                S3Credentials now = keys.get();
                return new Credentials(
                        now.accessKey(), now.secretKey(), now.sessionToken().orElse(null), null);
            };
            MinioAsyncClient.Builder client = MinioAsyncClient.builder()
                    .endpoint(endpoint.toString())
                    .credentialsProvider(provider)
                    .httpClient(http.build(), true);
            if (!region.isEmpty()) {
                client.region(region);
            }
            return of(client.build(), bucket, prefix, settings);
        }

        private static URI bare(URI endpoint) {
            String path = Objects.requireNonNullElse(endpoint.getPath(), "");
            if (!List.of("https", "http").contains(scheme(endpoint))
                    || endpoint.getHost() == null
                    || endpoint.getUserInfo() != null
                    || endpoint.getQuery() != null
                    || !(path.isEmpty() || path.equals("/"))) {
                // The text is not repeated: a user part or query may hold a secret.
                throw new IllegalArgumentException(
                        "Cannot use the endpoint: it must be https or http, a host, perhaps a port, and nothing more");
            }
            return endpoint;
        }

        private static String scheme(URI endpoint) {
            return Objects.requireNonNullElse(endpoint.getScheme(), "").toLowerCase(Locale.ROOT);
        }
    }
}
