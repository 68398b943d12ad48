package io.github.drkit.catalog;

import io.github.drkit.json.CanonicalJson;
import io.github.drkit.json.JsonFields;
import io.github.drkit.store.ObjectKey;
import io.github.drkit.store.StoredStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The JSON form of {@link StoredStream}, as it stands in manifests and journals. */
final class StoredStreams {

    private StoredStreams() {}

    static String toJson(StoredStream stream) {
        return new String(CanonicalJson.write(toMap(stream)), StandardCharsets.UTF_8);
    }

    static StoredStream fromJson(String json) {
        return fromFields(new JsonFields("stream", CanonicalJson.read(json.getBytes(StandardCharsets.UTF_8))));
    }

    static Map<String, Object> toMap(StoredStream stream) {
        List<Object> segments = new ArrayList<>();
        for (StoredStream.Segment segment : stream.segments()) {
            segments.add(new TreeMap<>(Map.of(
                    "key", segment.key().value(),
                    "bytes", segment.bytes(),
                    "sha256", segment.sha256())));
        }
        Map<String, Object> map = new TreeMap<>();
        map.put("compression", stream.compression());
        map.put("encryption", stream.encryption());
        map.put("recipients", stream.recipients());
        map.put("plainBytes", stream.plainBytes());
        map.put("plainSha256", stream.plainSha256());
        map.put("storedBytes", stream.storedBytes());
        map.put("storedSha256", stream.storedSha256());
        map.put("segments", segments);
        return map;
    }

    static StoredStream fromFields(JsonFields fields) {
        List<StoredStream.Segment> segments = new ArrayList<>();
        for (Object element : fields.list("segments")) {
            JsonFields segment = new JsonFields("segment", element);
            segments.add(new StoredStream.Segment(
                    ObjectKey.of(segment.text("key")), segment.number("bytes"), segment.text("sha256")));
            segment.end();
        }
        StoredStream stream = new StoredStream(
                fields.text("compression"),
                fields.text("encryption"),
                fields.texts("recipients"),
                fields.number("plainBytes"),
                fields.text("plainSha256"),
                fields.number("storedBytes"),
                fields.text("storedSha256"),
                segments);
        fields.end();
        return stream;
    }
}
