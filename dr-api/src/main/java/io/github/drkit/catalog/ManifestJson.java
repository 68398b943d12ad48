package io.github.drkit.catalog;

import io.github.drkit.RecoveryPointId;
import io.github.drkit.RunId;
import io.github.drkit.TargetId;
import io.github.drkit.json.JsonFields;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The JSON form of {@link Manifest}, as {@code docs/format.md} describes it. */
final class ManifestJson {

    static final String SCHEMA = "drkit-manifest/1";

    private ManifestJson() {}

    static Map<String, Object> toMap(Manifest manifest) {
        List<Object> contents = new ArrayList<>();
        for (Manifest.Content content : manifest.contents()) {
            Map<String, Object> part = new TreeMap<>();
            part.put("name", content.name());
            part.put("kind", content.kind());
            part.put("consistencyTime", content.consistencyTime().toString());
            part.put("stream", StoredStreams.toMap(content.stream()));
            part.put("attributes", content.attributes());
            contents.add(part);
        }
        Map<String, Object> map = new TreeMap<>();
        map.put("schema", SCHEMA);
        map.put("point", manifest.point().value());
        map.put("target", manifest.target().value());
        map.put("run", manifest.run().value());
        map.put("format", manifest.format());
        map.put("consistencyTime", manifest.consistencyTime().toString());
        map.put("scheduledFor", manifest.scheduledFor().map(Instant::toString).orElse(""));
        map.put("label", manifest.label());
        map.put("contents", contents);
        map.put("attributes", manifest.attributes());
        return map;
    }

    static Manifest fromMap(Map<String, Object> map) {
        JsonFields fields = new JsonFields("manifest", map);
        if (!fields.text("schema").equals(SCHEMA)) {
            throw new IllegalArgumentException("Cannot read manifest: its format is not " + SCHEMA);
        }
        List<Manifest.Content> contents = new ArrayList<>();
        for (Object element : fields.list("contents")) {
            JsonFields part = new JsonFields("content", element);
            contents.add(new Manifest.Content(
                    part.text("name"),
                    part.text("kind"),
                    part.instant("consistencyTime"),
                    StoredStreams.fromFields(part.object("stream")),
                    part.textMap("attributes")));
            part.end();
        }
        Manifest manifest = new Manifest(
                RecoveryPointId.of(fields.text("point")),
                TargetId.of(fields.text("target")),
                RunId.of(fields.text("run")),
                fields.text("format"),
                fields.instant("consistencyTime"),
                fields.instantIfAny("scheduledFor"),
                fields.text("label"),
                contents,
                fields.textMap("attributes"));
        fields.end();
        return manifest;
    }
}
