package io.github.drkit.testkit.s3;

import io.github.drkit.testkit.wire.Body;
import io.github.drkit.testkit.wire.HttpWire.Reply;
import io.github.drkit.testkit.wire.HttpWire.Request;
import io.github.drkit.testkit.wire.XmlText;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.w3c.dom.Element;

/** The calls about multipart uploads. */
final class UploadCalls {

    private static final int MOST_PARTS = 10_000;

    private final StoreState state;

    UploadCalls(StoreState state) {
        this.state = state;
    }

    Reply begin(Request request, String bucketName, String key) throws S3Refusal {
        synchronized (state) {
            Bucket bucket = state.bucket(bucketName);
            ObjectLock lock = state.lock(bucket, request.headers());
            if (state.tells(Lie.DROPS_LOCK_AT_CREATE_UPLOAD)) {
                lock = ObjectLock.NONE;
            }
            String id = state.nextId("upload");
            bucket.uploads.put(id, new Upload(id, key, state.time.now(), ObjectCalls.kept(request.headers()), lock));
            return ObjectCalls.xml(Xml.document("InitiateMultipartUploadResult")
                    .put("Bucket", bucketName)
                    .put("Key", key)
                    .put("UploadId", id));
        }
    }

    Reply part(Request request, String bucketName, String key, Incoming incoming) throws S3Refusal {
        if (!state.tells(Lie.IGNORES_WRONG_DIGESTS) && incoming.complaint().isPresent()) {
            throw incoming.complaint().get();
        }
        int number = number(request.query().getOrDefault("partNumber", ""));
        if (number < 1 || number > MOST_PARTS) {
            throw new S3Refusal(
                    400, "InvalidArgument", "Part number must be an integer between 1 and 10000, inclusive");
        }
        synchronized (state) {
            Upload upload = upload(request, state.bucket(bucketName), key);
            upload.parts.put(
                    number, new Upload.Part(incoming.body(), incoming.md5(), incoming.sums(), state.time.now()));
            Map<String, String> headers = new TreeMap<>(incoming.sums());
            headers.put("ETag", ObjectCalls.quoted(incoming.md5()));
            return Reply.of(200, headers, Body.EMPTY);
        }
    }

    Reply complete(Request request, String bucketName, String key, Incoming incoming) throws S3Refusal {
        Element document = Xml.read(incoming.body());
        synchronized (state) {
            Bucket bucket = state.bucket(bucketName);
            Upload upload = upload(request, bucket, key);
            List<Upload.Part> parts = chosen(upload, document);
            if (!state.tells(Lie.IGNORES_IF_NONE_MATCH_ON_COMPLETE) && !state.tells(Lie.IGNORES_IF_NONE_MATCH)) {
                state.requireAbsent(bucket, key, request);
            }
            if (state.tells(Lie.FAILS_COMPLETE_WITH_200)) {
                throw new S3Refusal(200, "InternalError", "We encountered an internal error. Please try again.");
            }
            String etag = etag(parts);
            Map<String, String> headers = new TreeMap<>(upload.headers);
            headers.putAll(composite(parts));
            List<Body> bodies = new ArrayList<>();
            parts.forEach(part -> bodies.add(part.body()));
            if (state.tells(Lie.LOSES_THE_LAST_PART) && bodies.size() > 1) {
                bodies.remove(bodies.size() - 1);
            }
            String id = state.versionId(bucket);
            ObjectLock lock =
                    upload.lock.given() || bucket.defaultMode.isEmpty() ? upload.lock : state.lock(bucket, Map.of());
            state.add(bucket, key, id, Body.joined(bodies), etag, headers, lock);
            bucket.uploads.remove(upload.id);
            Map<String, String> answer = new TreeMap<>(Map.of("Content-Type", "application/xml"));
            ObjectCalls.addVersion(answer, bucket, id);
            XmlText xml = Xml.document("CompleteMultipartUploadResult")
                    .put("Location", "/" + bucketName + "/" + key)
                    .put("Bucket", bucketName)
                    .put("Key", key)
                    .put("ETag", ObjectCalls.quoted(etag));
            return Reply.of(200, answer, xml.body());
        }
    }

    Reply abort(Request request, String bucketName, String key) throws S3Refusal {
        synchronized (state) {
            Bucket bucket = state.bucket(bucketName);
            String id = request.query().getOrDefault("uploadId", "");
            if (state.flavour() == S3Flavour.MINIO && !bucket.uploads.containsKey(id)) {
                return Reply.of(204, Map.of(), Body.EMPTY);
            }
            Upload upload = upload(request, bucket, key);
            if (!state.tells(Lie.KEEPS_ABORTED_UPLOADS)) {
                bucket.uploads.remove(upload.id);
            }
            return Reply.of(204, Map.of(), Body.EMPTY);
        }
    }

    Reply parts(Request request, String bucketName, String key) throws S3Refusal {
        synchronized (state) {
            Upload upload = upload(request, state.bucket(bucketName), key);
            int after = number(request.query().getOrDefault("part-number-marker", "0"));
            int most = Math.min(1000, number(request.query().getOrDefault("max-parts", "1000")));
            XmlText xml = Xml.document("ListPartsResult")
                    .put("Bucket", bucketName)
                    .put("Key", key)
                    .put("UploadId", upload.id);
            int shown = 0;
            int last = after;
            for (Map.Entry<Integer, Upload.Part> part :
                    upload.parts.tailMap(after, false).entrySet()) {
                if (shown++ == most) {
                    break;
                }
                last = part.getKey();
                xml.begin("Part")
                        .put("PartNumber", last)
                        .put(
                                "LastModified",
                                ObjectCalls.XML_DATE.format(part.getValue().modified()))
                        .put("ETag", ObjectCalls.quoted(part.getValue().etag()))
                        .put("Size", part.getValue().body().length())
                        .end();
            }
            return ObjectCalls.xml(xml.put("NextPartNumberMarker", last)
                    .put("MaxParts", most)
                    .put("IsTruncated", upload.parts.higherKey(last) != null));
        }
    }

    private static Upload upload(Request request, Bucket bucket, String key) throws S3Refusal {
        Upload upload = bucket.uploads.get(request.query().getOrDefault("uploadId", ""));
        if (upload == null || !upload.key.equals(key)) {
            throw new S3Refusal(
                    404,
                    "NoSuchUpload",
                    "The specified multipart upload does not exist. The upload ID may be invalid, or the upload may"
                            + " have been aborted or completed.");
        }
        return upload;
    }

    private static List<Upload.Part> chosen(Upload upload, Element document) throws S3Refusal {
        List<Element> named = Xml.all(document, "Part");
        if (named.isEmpty()) {
            throw new S3Refusal(400, "MalformedXML", "You must specify at least one part");
        }
        int before = 0;
        for (Element name : named) {
            int number = number(Xml.text(name, "PartNumber"));
            if (number <= before) {
                throw new S3Refusal(400, "InvalidPartOrder", "The list of parts was not in ascending order.");
            }
            before = number;
        }
        List<Upload.Part> parts = new ArrayList<>();
        for (Element name : named) {
            Upload.Part part = upload.parts.get(number(Xml.text(name, "PartNumber")));
            if (part == null || !part.etag().equals(Xml.text(name, "ETag").replace("\"", ""))) {
                throw new S3Refusal(
                        400,
                        "InvalidPart",
                        "One or more of the specified parts could not be found. The part may not have been uploaded,"
                                + " or the specified entity tag may not match the part's entity tag.");
            }
            parts.add(part);
        }
        for (Upload.Part part : parts.subList(0, parts.size() - 1)) {
            if (part.body().length() < StoreState.SMALLEST_PART) {
                throw new S3Refusal(
                        400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed object size.");
            }
        }
        return parts;
    }

    private static String etag(List<Upload.Part> parts) {
        Sum sum = Sum.of("MD5");
        for (Upload.Part part : parts) {
            byte[] md5 = HexFormat.of().parseHex(part.etag());
            sum.update(md5, md5.length);
        }
        return HexFormat.of().formatHex(sum.value()) + "-" + parts.size();
    }

    /** The digest of the parts' digests, where all parts came with one of the same kind. */
    private static Map<String, String> composite(List<Upload.Part> parts) {
        Map<String, String> headers = new TreeMap<>();
        for (Sum.Kind kind : Sum.Kind.values()) {
            if (parts.stream().allMatch(part -> part.sums().containsKey(kind.header()))) {
                Sum sum = kind.begin();
                for (Upload.Part part : parts) {
                    byte[] value = Base64.getDecoder().decode(part.sums().getOrDefault(kind.header(), ""));
                    sum.update(value, value.length);
                }
                headers.put(kind.header(), Incoming.base64(sum.value()) + "-" + parts.size());
            }
        }
        return headers;
    }

    private static int number(String text) throws S3Refusal {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new S3Refusal(400, "InvalidArgument", "'" + text + "' is not a number");
        }
    }
}
