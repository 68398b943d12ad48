package io.github.drkit.testkit.s3;

import io.github.drkit.testkit.s3.Bucket.Versioning;
import io.github.drkit.testkit.wire.Body;
import io.github.drkit.testkit.wire.HttpWire.Reply;
import io.github.drkit.testkit.wire.HttpWire.Request;
import io.github.drkit.testkit.wire.XmlText;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import org.w3c.dom.Element;

/** The calls about the account and about one bucket. */
final class BucketCalls {

    private static final int LARGEST_PAGE = 1000;

    private final StoreState state;
    private final ObjectCalls objects;

    BucketCalls(StoreState state, ObjectCalls objects) {
        this.state = state;
        this.objects = objects;
    }

    Reply list() {
        synchronized (state) {
            XmlText xml = Xml.document("ListAllMyBucketsResult").begin("Buckets");
            String now = ObjectCalls.XML_DATE.format(state.time.now());
            state.buckets
                    .keySet()
                    .forEach(name -> xml.begin("Bucket")
                            .put("Name", name)
                            .put("CreationDate", now)
                            .end());
            return ObjectCalls.xml(xml);
        }
    }

    Reply create(Request request, String name) throws S3Refusal {
        synchronized (state) {
            if (state.buckets.containsKey(name)) {
                throw new S3Refusal(
                        409,
                        "BucketAlreadyOwnedByYou",
                        "Your previous request to create the named bucket succeeded and you already own it.");
            }
            boolean lockable = "true".equalsIgnoreCase(request.header("x-amz-bucket-object-lock-enabled"));
            state.buckets.put(name, new Bucket(name, lockable ? Versioning.ENABLED : Versioning.OFF, lockable));
            return Reply.of(200, Map.of("Location", "/" + name), Body.EMPTY);
        }
    }

    Reply head(String name) throws S3Refusal {
        state.bucket(name);
        return Reply.of(200, Map.of(), Body.EMPTY);
    }

    Reply delete(String name) throws S3Refusal {
        synchronized (state) {
            if (!state.bucket(name).objects().isEmpty()) {
                throw new S3Refusal(409, "BucketNotEmpty", "The bucket you tried to delete is not empty");
            }
            state.buckets.remove(name);
            return Reply.of(204, Map.of(), Body.EMPTY);
        }
    }

    Reply location(String name) throws S3Refusal {
        state.bucket(name);
        // Empty is how S3 spells us-east-1.
        return ObjectCalls.xml(Xml.document("LocationConstraint"));
    }

    Reply versioning(String name) throws S3Refusal {
        synchronized (state) {
            XmlText xml = Xml.document("VersioningConfiguration");
            String word = state.bucket(name).versioning.word;
            return ObjectCalls.xml(word.isEmpty() ? xml : xml.put("Status", word));
        }
    }

    Reply putVersioning(String name, Incoming incoming) throws S3Refusal {
        String word = Xml.text(Xml.read(incoming.body()), "Status");
        synchronized (state) {
            Bucket bucket = state.bucket(name);
            if (bucket.lockable && word.equals("Suspended")) {
                throw new S3Refusal(
                        state.flavour() == S3Flavour.AWS ? 409 : 400,
                        "InvalidBucketState",
                        "An Object Lock configuration is present on this bucket, so the versioning state cannot be"
                                + " changed.");
            }
            bucket.versioning = word.equals("Enabled") ? Versioning.ENABLED : Versioning.SUSPENDED;
            return Reply.of(200, Map.of(), Body.EMPTY);
        }
    }

    Reply lockConfiguration(String name) throws S3Refusal {
        synchronized (state) {
            Bucket bucket = state.bucket(name);
            if (!bucket.lockable) {
                throw new S3Refusal(
                        404,
                        "ObjectLockConfigurationNotFoundError",
                        "Object Lock configuration does not exist for this bucket");
            }
            XmlText xml = Xml.document("ObjectLockConfiguration").put("ObjectLockEnabled", "Enabled");
            if (!bucket.defaultMode.isEmpty()) {
                xml.begin("Rule")
                        .begin("DefaultRetention")
                        .put("Mode", bucket.defaultMode)
                        .put("Days", bucket.defaultDays);
            }
            return ObjectCalls.xml(xml);
        }
    }

    Reply putLockConfiguration(String name, Incoming incoming) throws S3Refusal {
        Element document = Xml.read(incoming.body());
        synchronized (state) {
            Bucket bucket = state.bucket(name);
            if (!bucket.lockable) {
                throw new S3Refusal(
                        409, "InvalidBucketState", "Object Lock configuration cannot be enabled on existing buckets");
            }
            String days = Xml.text(document, "Days");
            String years = Xml.text(document, "Years");
            bucket.defaultMode = Xml.text(document, "Mode");
            bucket.defaultDays =
                    !days.isEmpty() ? Integer.parseInt(days) : years.isEmpty() ? 0 : 365 * Integer.parseInt(years);
            return Reply.of(200, Map.of(), Body.EMPTY);
        }
    }

    Reply listObjects(Request request, String name) throws S3Refusal {
        boolean second = "2".equals(request.query().get("list-type"));
        String prefix = argument(request, "prefix");
        String delimiter = argument(request, "delimiter");
        int most = most(request, "max-keys");
        String token = argument(request, second ? "continuation-token" : "marker");
        String after = token.isEmpty()
                ? argument(request, "start-after")
                : second ? new String(Base64.getDecoder().decode(token), StandardCharsets.UTF_8) : token;
        synchronized (state) {
            Bucket bucket = state.bucket(name);
            bucket.listings++;
            XmlText xml = Xml.document("ListBucketResult")
                    .put("Name", name)
                    .put("Prefix", coded(request, prefix))
                    .put("MaxKeys", most);
            if (!delimiter.isEmpty()) {
                xml.put("Delimiter", coded(request, delimiter));
            }
            if (!argument(request, "encoding-type").isEmpty()) {
                xml.put("EncodingType", "url");
            }
            int shown = 0;
            String last = after;
            boolean truncated = false;
            List<String> groups = new ArrayList<>();
            NavigableMap<String, List<Version>> rest = bucket.objects();
            rest = after.isEmpty() ? rest.tailMap(prefix, true) : rest.tailMap(after, false);
            for (Map.Entry<String, List<Version>> entry : rest.entrySet()) {
                String key = entry.getKey();
                Version version = entry.getValue().get(0);
                boolean beyond = !key.startsWith(prefix) && Bucket.BY_BYTES.compare(key, prefix) > 0;
                if (beyond) {
                    break;
                }
                if (!key.startsWith(prefix) || version.marker() || version.listedFrom() > bucket.listings) {
                    continue;
                }
                int cut = delimiter.isEmpty() ? -1 : key.indexOf(delimiter, prefix.length());
                String item = cut < 0 ? key : key.substring(0, cut + delimiter.length());
                if (cut >= 0 && (item.equals(last) || groups.contains(item))) {
                    continue;
                }
                if (shown == most) {
                    truncated = true;
                    break;
                }
                shown++;
                last = item;
                if (cut >= 0) {
                    groups.add(item);
                    continue;
                }
                xml.begin("Contents")
                        .put("Key", coded(request, key))
                        .put("LastModified", ObjectCalls.XML_DATE.format(version.modified()))
                        .put("ETag", ObjectCalls.quoted(version.etag()))
                        .put("Size", version.told())
                        .put("StorageClass", "STANDARD")
                        .end();
            }
            groups.forEach(group -> xml.begin("CommonPrefixes")
                    .put("Prefix", coded(request, group))
                    .end());
            truncated &= !state.tells(Lie.LISTS_ONLY_THE_FIRST_PAGE);
            xml.put("IsTruncated", truncated);
            if (second) {
                xml.put("KeyCount", shown);
            }
            if (truncated && second) {
                xml.put("NextContinuationToken", Incoming.base64(last.getBytes(StandardCharsets.UTF_8)));
            } else if (truncated) {
                xml.put("NextMarker", coded(request, last));
            }
            return ObjectCalls.xml(xml);
        }
    }

    Reply listVersions(Request request, String name) throws S3Refusal {
        String prefix = argument(request, "prefix");
        if (!argument(request, "delimiter").isEmpty()) {
            throw new S3Refusal(501, "NotImplemented", "This fake lists versions without a delimiter only");
        }
        int most = most(request, "max-keys");
        String keyMarker = argument(request, "key-marker");
        String idMarker = argument(request, "version-id-marker");
        synchronized (state) {
            Bucket bucket = state.bucket(name);
            bucket.listings++;
            XmlText xml = Xml.document("ListVersionsResult")
                    .put("Name", name)
                    .put("Prefix", coded(request, prefix))
                    .put("MaxKeys", most);
            if (!argument(request, "encoding-type").isEmpty()) {
                xml.put("EncodingType", "url");
            }
            int shown = 0;
            String lastKey = "";
            String lastId = "";
            boolean truncated = false;
            boolean passed = idMarker.isEmpty();
            for (Map.Entry<String, List<Version>> entry :
                    bucket.objects().tailMap(keyMarker, !passed).entrySet()) {
                String key = entry.getKey();
                passed |= !key.equals(keyMarker);
                boolean newest = true;
                for (Version version : entry.getValue()) {
                    boolean latest = newest;
                    newest = false;
                    if (!passed) {
                        passed = version.id().equals(idMarker);
                        continue;
                    }
                    if (!key.startsWith(prefix) || version.listedFrom() > bucket.listings) {
                        continue;
                    }
                    if (shown == most) {
                        truncated = true;
                        break;
                    }
                    shown++;
                    lastKey = key;
                    lastId = version.id();
                    xml.begin(version.marker() ? "DeleteMarker" : "Version")
                            .put("Key", coded(request, key))
                            .put("VersionId", version.id())
                            .put("IsLatest", latest)
                            .put("LastModified", ObjectCalls.XML_DATE.format(version.modified()));
                    if (!version.marker()) {
                        xml.put("ETag", ObjectCalls.quoted(version.etag()))
                                .put("Size", version.told())
                                .put("StorageClass", "STANDARD");
                    }
                    xml.end();
                }
                if (truncated) {
                    break;
                }
            }
            truncated &= !state.tells(Lie.LISTS_ONLY_THE_FIRST_PAGE);
            xml.put("IsTruncated", truncated);
            if (truncated) {
                xml.put("NextKeyMarker", coded(request, lastKey)).put("NextVersionIdMarker", lastId);
            }
            return ObjectCalls.xml(xml);
        }
    }

    Reply listUploads(Request request, String name) throws S3Refusal {
        String prefix = argument(request, "prefix");
        String keyMarker = argument(request, "key-marker");
        String idMarker = argument(request, "upload-id-marker");
        int most = most(request, "max-uploads");
        synchronized (state) {
            Bucket bucket = state.bucket(name);
            Comparator<Upload> order = Comparator.comparing((Upload upload) -> upload.key, Bucket.BY_BYTES)
                    .thenComparing(upload -> upload.id);
            // MinIO: "the prefix must be the object's whole name"; anything shorter lists nothing.
            boolean minio = state.flavour() == S3Flavour.MINIO;
            boolean exact = minio || state.tells(Lie.LISTS_UPLOADS_BY_WHOLE_KEY);
            // MinIO also sends these elements empty, which not every client can read.
            String person = minio ? "" : "fake";
            List<Upload> found = bucket.uploads.values().stream()
                    .filter(upload -> exact ? upload.key.equals(prefix) : upload.key.startsWith(prefix))
                    .sorted(order)
                    .filter(upload -> Bucket.BY_BYTES.compare(upload.key, keyMarker) > 0
                            || upload.key.equals(keyMarker) && upload.id.compareTo(idMarker) > 0)
                    .toList();
            boolean truncated = found.size() > most && !state.tells(Lie.LISTS_ONLY_THE_FIRST_PAGE);
            List<Upload> page = found.subList(0, Math.min(most, found.size()));
            XmlText xml = Xml.document("ListMultipartUploadsResult")
                    .put("Bucket", name)
                    .put("Prefix", coded(request, prefix))
                    .put("MaxUploads", most)
                    .put("IsTruncated", truncated);
            if (!argument(request, "encoding-type").isEmpty()) {
                xml.put("EncodingType", "url");
            }
            if (truncated && !page.isEmpty()) {
                Upload last = page.get(page.size() - 1);
                xml.put("NextKeyMarker", coded(request, last.key)).put("NextUploadIdMarker", last.id);
            }
            page.forEach(upload -> xml.begin("Upload")
                    .put("Key", coded(request, upload.key))
                    .put("UploadId", upload.id)
                    .begin("Initiator")
                    .put("ID", person)
                    .put("DisplayName", person)
                    .end()
                    .begin("Owner")
                    .put("ID", person)
                    .put("DisplayName", person)
                    .end()
                    .put("StorageClass", minio ? "" : "STANDARD")
                    .put("Initiated", ObjectCalls.XML_DATE.format(upload.begun))
                    .end());
            return ObjectCalls.xml(xml);
        }
    }

    Reply deleteObjects(Request request, String name, Incoming incoming) throws S3Refusal {
        if (request.header("Content-MD5").isEmpty() && incoming.sums().isEmpty()) {
            throw state.flavour() == S3Flavour.AWS
                    ? new S3Refusal(400, "InvalidRequest", "Missing required header for this request: Content-MD5")
                    : new S3Refusal(400, "MissingContentMD5", "Missing required header for this request: Content-Md5.");
        }
        if (incoming.complaint().isPresent()) {
            throw incoming.complaint().get();
        }
        Element document = Xml.read(incoming.body());
        boolean quiet = "true".equals(Xml.text(document, "Quiet"));
        synchronized (state) {
            Bucket bucket = state.bucket(name);
            XmlText xml = Xml.document("DeleteResult");
            for (Element object : Xml.all(document, "Object")) {
                String key = Xml.text(object, "Key");
                String version = Xml.text(object, "VersionId");
                try {
                    objects.delete(bucket, key, version, ObjectCalls.bypasses(request));
                    if (!quiet) {
                        xml.begin("Deleted").put("Key", key);
                        if (!version.isEmpty()) {
                            xml.put("VersionId", version);
                        }
                        xml.end();
                    }
                } catch (S3Refusal refusal) {
                    xml.begin("Error")
                            .put("Key", key)
                            .put("VersionId", version)
                            .put("Code", refusal.code())
                            .put("Message", refusal.text())
                            .end();
                }
            }
            return ObjectCalls.xml(xml);
        }
    }

    private static String argument(Request request, String name) {
        return request.query().getOrDefault(name, "");
    }

    private static int most(Request request, String name) throws S3Refusal {
        String text = argument(request, name);
        try {
            return text.isEmpty() ? LARGEST_PAGE : Math.min(LARGEST_PAGE, Integer.parseInt(text));
        } catch (NumberFormatException e) {
            throw new S3Refusal(400, "InvalidArgument", "Provided " + name + " not an integer or within range");
        }
    }

    private static String coded(Request request, String text) {
        return "url".equals(argument(request, "encoding-type"))
                ? URLEncoder.encode(text, StandardCharsets.UTF_8).replace("%2F", "/")
                : text;
    }
}
