package io.github.drkit.minio;

import io.github.drkit.minio.S3Connection.Answer;
import io.github.drkit.store.Creation;
import io.minio.Http;
import io.minio.Xml;
import io.minio.errors.MinioException;
import io.minio.messages.CompleteMultipartUploadResult;
import io.minio.messages.InitiateMultipartUploadResult;
import io.minio.messages.Item;
import io.minio.messages.LegalHold;
import io.minio.messages.ListBucketResultV2;
import io.minio.messages.ListVersionsResult;
import io.minio.messages.ObjectLockConfiguration;
import io.minio.messages.RetentionMode;
import io.minio.messages.VersioningConfiguration;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The calls as they are, each sent once. */
final class HttpBucket implements S3Bucket {

    private static final byte[] NOTHING = new byte[0];
    /** What S3 gives at most. */
    static final int PAGE = 1_000;

    private static final Map<String, String> IF_ABSENT = Map.of("If-None-Match", "*");

    /** Bounds what a listing page or another XML answer may take; a page of 1,000 keys is well below 4 MiB. */
    private static final int LONGEST_DOCUMENT = 16 << 20;

    private final S3Connection connection;
    private final String prefix;
    private final int pageSize;

    /**
     * Speaks to one bucket.
     *
     * @param connection owned: closed by {@link #close()}
     * @param prefix empty, or ends with a slash
     * @param pageSize how many entries a listing asks for at once
     */
    HttpBucket(S3Connection connection, String prefix, int pageSize) {
        this.connection = connection;
        this.pageSize = pageSize;
        this.prefix = prefix;
    }

    @Override
    public String location() {
        return "s3://" + connection.bucket() + (prefix.isEmpty() ? "" : "/" + prefix.substring(0, prefix.length() - 1));
    }

    @Override
    public Creation putIfAbsent(String key, byte[] content) throws IOException {
        return putIfAbsent(key, content, content.length);
    }

    @Override
    public Creation putIfAbsent(String key, byte[] content, int length) throws IOException {
        Map<String, String> headers = new HashMap<>(IF_ABSENT);
        headers.put("Content-MD5", Digests.md5Base64(content, length));
        try {
            send(Http.Method.PUT, key, Map.of(), headers, content, length).close();
            return Creation.CREATED;
        } catch (S3ErrorAnswer e) {
            if (e.status() == 412) {
                return Creation.EXISTED;
            }
            throw e;
        }
    }

    @Override
    public Head put(String key, byte[] content, Map<String, String> headers) throws IOException {
        Map<String, String> all = new HashMap<>(headers);
        boolean checked = headers.keySet().stream().anyMatch(name -> name.equalsIgnoreCase("Content-MD5"));
        if (!checked) {
            all.put("Content-MD5", Digests.md5Base64(content, content.length));
        }
        try (Answer answer = send(Http.Method.PUT, key, Map.of(), all, content, content.length)) {
            return new Head(
                    content.length, etag(answer.header("ETag")), answer.header("x-amz-version-id"), Instant.EPOCH);
        }
    }

    @Override
    public Optional<InputStream> get(String key, String version, long offset) throws IOException {
        Map<String, String> headers = offset == 0 ? Map.of() : Map.of("Range", "bytes=" + offset + "-");
        Answer answer;
        try {
            answer = send(Http.Method.GET, key, versionQuery(version), headers, null, 0);
        } catch (S3ErrorAnswer e) {
            if (absent(e)) {
                return Optional.empty();
            }
            throw e;
        }
        if (offset > 0 && answer.status() != 206) {
            answer.close();
            throw new S3ErrorAnswer(answer.status(), "RangeIgnored");
        }
        return Optional.of(new Body(answer));
    }

    @Override
    public Optional<Head> head(String key, String version) throws IOException {
        try (Answer answer = send(Http.Method.HEAD, key, versionQuery(version), Map.of(), null, 0)) {
            return Optional.of(new Head(
                    number(answer.header("Content-Length")),
                    etag(answer.header("ETag")),
                    answer.header("x-amz-version-id"),
                    answer.header("Last-Modified").isEmpty()
                            ? Instant.EPOCH
                            : httpDate(answer.header("Last-Modified"))));
        } catch (S3ErrorAnswer e) {
            if (e.status() == 404) {
                return Optional.empty();
            }
            throw e;
        }
    }

    @Override
    public List<Entry> list(String relative) throws IOException {
        return list(relative, pageSize);
    }

    @Override
    public List<Entry> list(String relative, int size) throws IOException {
        List<Entry> entries = new ArrayList<>();
        Map<String, String> query = new HashMap<>(Map.of(
                "list-type",
                "2",
                "encoding-type",
                "url",
                "max-keys",
                Integer.toString(size),
                "prefix",
                prefix + relative));
        while (true) {
            ListBucketResultV2 page = document(ListBucketResultV2.class, null, query);
            for (Item item : page.contents()) {
                entries.add(entry(item, page.encodingType(), true, false));
            }
            if (!page.isTruncated()) {
                return entries;
            }
            if (page.nextContinuationToken() == null || page.contents().isEmpty()) {
                throw new IOException("A listing broke off: the page says there is more and not where");
            }
            query.put("continuation-token", page.nextContinuationToken());
        }
    }

    @Override
    public List<Entry> listVersions(String relative) throws IOException {
        List<Entry> entries = new ArrayList<>();
        Map<String, String> query = new HashMap<>(Map.of(
                "versions",
                "",
                "encoding-type",
                "url",
                "max-keys",
                Integer.toString(pageSize),
                "prefix",
                prefix + relative));
        while (true) {
            ListVersionsResult page = document(ListVersionsResult.class, null, query);
            for (ListVersionsResult.Version item : page.contents()) {
                entries.add(entry(item, page.encodingType(), item.isLatest(), false));
            }
            for (ListVersionsResult.DeleteMarker item : page.deleteMarkers()) {
                entries.add(entry(item, page.encodingType(), item.isLatest(), true));
            }
            if (!page.isTruncated()) {
                entries.sort(Comparator.comparing(Entry::key));
                return entries;
            }
            if (page.nextKeyMarker() == null) {
                throw new IOException("A listing broke off: the page says there is more and not where");
            }
            query.put("key-marker", page.nextKeyMarker());
            if (page.nextVersionIdMarker() == null) {
                query.remove("version-id-marker");
            } else {
                query.put("version-id-marker", page.nextVersionIdMarker());
            }
        }
    }

    @Override
    public void delete(String key, String version) throws IOException {
        try {
            send(Http.Method.DELETE, key, versionQuery(version), Map.of(), null, 0)
                    .close();
        } catch (S3ErrorAnswer e) {
            if (!absent(e) && !e.is("NoSuchVersion")) {
                throw e;
            }
        }
    }

    @Override
    public String beginUpload(String key, Map<String, String> headers) throws IOException {
        try (Answer answer = send(Http.Method.POST, key, Map.of("uploads", ""), headers, NOTHING, 0)) {
            return parse(InitiateMultipartUploadResult.class, body(answer)).uploadId();
        }
    }

    @Override
    public Part uploadPart(String key, String uploadId, int number, byte[] content, int length) throws IOException {
        Map<String, String> query = Map.of("partNumber", Integer.toString(number), "uploadId", uploadId);
        Map<String, String> headers = Map.of("Content-MD5", Digests.md5Base64(content, length));
        try (Answer answer = send(Http.Method.PUT, key, query, headers, content, length)) {
            return new Part(number, etag(answer.header("ETag")));
        }
    }

    @Override
    public Head completeUpload(String key, String uploadId, List<Part> parts, Map<String, String> headers)
            throws IOException {
        byte[] request = completion(parts);
        try (Answer answer =
                send(Http.Method.POST, key, Map.of("uploadId", uploadId), headers, request, request.length)) {
            String text = body(answer);
            String error = S3Connection.errorCode(text);
            if (!error.isEmpty()) {
                // The status was sent before the parts were joined, so it is 200 and says nothing.
                throw new S3ErrorAnswer(500, error);
            }
            return new Head(-1, completedEtag(text), answer.header("x-amz-version-id"), Instant.EPOCH);
        }
    }

    /** Ceph RGW 16 leaves the entity tag empty, at which the vendor's reader stops; the upload is complete all the same. */
    static String completedEtag(String text) throws IOException {
        String quoted = text.replace("<ETag></ETag>", "<ETag>\"\"</ETag>").replace("<ETag/>", "<ETag>\"\"</ETag>");
        return etag(parse(CompleteMultipartUploadResult.class, quoted).etag());
    }

    @Override
    public void abortUpload(String key, String uploadId) throws IOException {
        try {
            send(Http.Method.DELETE, key, Map.of("uploadId", uploadId), Map.of(), null, 0)
                    .close();
        } catch (S3ErrorAnswer e) {
            if (e.status() != 404) {
                throw e;
            }
        }
    }

    @Override
    public List<Upload> listUploads(String relative) throws IOException {
        List<Upload> uploads = new ArrayList<>();
        Map<String, String> query = new HashMap<>(Map.of(
                "uploads",
                "",
                "encoding-type",
                "url",
                "max-uploads",
                Integer.toString(pageSize),
                "prefix",
                prefix + relative));
        while (true) {
            UploadsPage page;
            try (Answer answer = send(Http.Method.GET, null, query, Map.of(), null, 0)) {
                page = UploadsPage.parse(body(answer));
            }
            for (Upload upload : page.uploads()) {
                uploads.add(new Upload(relative(upload.key()), upload.uploadId(), upload.begun()));
            }
            if (!page.more()) {
                return uploads;
            }
            if (page.nextKey().isEmpty() || page.nextUpload().isEmpty()) {
                throw new IOException("A listing broke off: the page says there is more and not where");
            }
            query.put("key-marker", page.nextKey());
            query.put("upload-id-marker", page.nextUpload());
        }
    }

    @Override
    public Versioning versioning() throws IOException {
        return switch (document(VersioningConfiguration.class, null, Map.of("versioning", ""))
                .status()) {
            case OFF -> Versioning.OFF;
            case ENABLED -> Versioning.ENABLED;
            case SUSPENDED -> Versioning.SUSPENDED;
        };
    }

    @Override
    public Optional<LockRule> objectLock() throws IOException {
        try {
            ObjectLockConfiguration rule = document(ObjectLockConfiguration.class, null, Map.of("object-lock", ""));
            String retention = rule.mode() == null || rule.duration() == null
                    ? ""
                    : rule.mode() + " " + rule.duration().duration() + " "
                            + rule.duration().unit();
            return Optional.of(new LockRule(true, retention));
        } catch (S3ErrorAnswer e) {
            if (e.is("ObjectLockConfigurationNotFoundError") || e.is("NoSuchObjectLockConfiguration")) {
                return Optional.empty();
            }
            throw e;
        }
    }

    @Override
    public Optional<Retention> retention(String key, String version) throws IOException {
        Map<String, String> query = new HashMap<>(versionQuery(version));
        query.put("retention", "");
        try {
            io.minio.messages.Retention retention = document(io.minio.messages.Retention.class, key, query);
            if (retention.mode() == null || retention.retainUntilDate() == null) {
                return Optional.empty();
            }
            return Optional.of(new Retention(
                    retention.mode() == RetentionMode.COMPLIANCE ? LockMode.COMPLIANCE : LockMode.GOVERNANCE,
                    retention.retainUntilDate().toInstant()));
        } catch (S3ErrorAnswer e) {
            if (e.is("NoSuchObjectLockConfiguration") || e.is("ObjectLockConfigurationNotFoundError")) {
                return Optional.empty();
            }
            throw e;
        }
    }

    @Override
    public void setRetention(String key, String version, Retention retention) throws IOException {
        Map<String, String> query = new HashMap<>(versionQuery(version));
        query.put("retention", "");
        byte[] request = marshal(new io.minio.messages.Retention(
                RetentionMode.valueOf(retention.mode().name()),
                retention.until().atZone(ZoneOffset.UTC)));
        Map<String, String> headers = Map.of("Content-MD5", Digests.md5Base64(request, request.length));
        send(Http.Method.PUT, key, query, headers, request, request.length).close();
    }

    @Override
    public boolean legalHold(String key, String version) throws IOException {
        Map<String, String> query = new HashMap<>(versionQuery(version));
        query.put("legal-hold", "");
        try {
            return document(LegalHold.class, key, query).status();
        } catch (S3ErrorAnswer e) {
            if (e.is("NoSuchObjectLockConfiguration") || e.is("ObjectLockConfigurationNotFoundError")) {
                return false;
            }
            throw e;
        }
    }

    @Override
    public Instant serverTime() throws IOException {
        // A listing of nothing, because a refused HEAD has no body and so does not say why.
        Map<String, String> query = Map.of("list-type", "2", "max-keys", "1", "prefix", prefix);
        try (Answer answer = send(Http.Method.GET, null, query, Map.of(), null, 0)) {
            return httpDate(answer.header("Date"));
        }
    }

    @Override
    public void close() {
        connection.close();
    }

    private Answer send(
            Http.Method method,
            @Nullable String key,
            Map<String, String> query,
            Map<String, String> headers,
            byte @Nullable [] body,
            int length)
            throws IOException {
        return connection.send(
                new S3Connection.Outgoing(method, key == null ? null : prefix + key, query, headers, body, length));
    }

    private <T> T document(Class<T> type, @Nullable String key, Map<String, String> query) throws IOException {
        try (Answer answer = send(Http.Method.GET, key, query, Map.of(), null, 0)) {
            return parse(type, body(answer));
        }
    }

    private static String body(Answer answer) throws IOException {
        byte[] text = answer.body().readNBytes(LONGEST_DOCUMENT);
        return new String(text, StandardCharsets.UTF_8);
    }

    private static <T> T parse(Class<T> type, String text) throws IOException {
        try {
            return Xml.unmarshal(type, text);
        } catch (MinioException e) {
            throw new IOException("The store's answer is not the XML document that belongs to the call", e);
        }
    }

    private static byte[] marshal(Object document) throws IOException {
        try {
            return Xml.marshal(document).getBytes(StandardCharsets.UTF_8);
        } catch (MinioException e) {
            throw new IOException("Cannot write a request's XML document", e);
        }
    }

    /** Written by hand: the vendor's class for it cannot be compiled against without its annotations' library. */
    private static byte[] completion(List<Part> parts) {
        StringBuilder xml =
                new StringBuilder("<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">");
        for (Part part : parts) {
            String etag = part.etag().replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
            xml.append("<Part><PartNumber>").append(part.number()).append("</PartNumber><ETag>&quot;");
            xml.append(etag).append("&quot;</ETag></Part>");
        }
        return xml.append("</CompleteMultipartUpload>").toString().getBytes(StandardCharsets.UTF_8);
    }

    /** A missing bucket is an error even where a missing object is not. */
    private static boolean absent(S3ErrorAnswer e) {
        return e.status() == 404 && !e.is("NoSuchBucket");
    }

    private static Map<String, String> versionQuery(String version) {
        return version.isEmpty() ? Map.of() : Map.of("versionId", version);
    }

    private Entry entry(Item item, @Nullable String encodingType, boolean latest, boolean marker) throws IOException {
        item.setEncodingType(encodingType);
        return new Entry(
                relative(item.objectName()),
                item.size(),
                instant(item.lastModified()),
                etag(item.etag()),
                text(item.versionId()),
                latest,
                marker);
    }

    private String relative(String key) throws IOException {
        if (!key.startsWith(prefix)) {
            throw new IOException("The store listed a key outside the prefix that was asked for");
        }
        return key.substring(prefix.length());
    }

    private static Instant instant(@Nullable ZonedDateTime time) {
        return time == null ? Instant.EPOCH : time.toInstant();
    }

    private static Instant httpDate(String value) throws IOException {
        try {
            return ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
        } catch (DateTimeException e) {
            throw new IOException("The store's answer has a date that is none", e);
        }
    }

    private static long number(String value) throws IOException {
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new IOException("The store's answer has no length", e);
        }
    }

    private static String etag(@Nullable String value) {
        return text(value).replace("\"", "");
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }

    /** The bytes of an object; closing cuts the connection unless the end was reached. */
    private static final class Body extends FilterInputStream {

        private final Answer answer;
        private boolean ended;

        Body(Answer answer) {
            super(answer.body());
            this.answer = answer;
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            ended |= value < 0;
            return value;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int count = super.read(target, offset, length);
            ended |= count < 0;
            return count;
        }

        @Override
        public void close() {
            if (ended) {
                answer.close();
            } else {
                answer.cut();
            }
        }
    }
}
