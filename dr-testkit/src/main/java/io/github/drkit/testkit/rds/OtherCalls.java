package io.github.drkit.testkit.rds;

import io.github.drkit.testkit.rds.RdsState.Happened;
import io.github.drkit.testkit.rds.RdsState.Region;
import io.github.drkit.testkit.wire.XmlText;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The calls about tags, events and groups. */
final class OtherCalls {

    private static final Set<String> SOURCES = Set.of("db-instance", "db-snapshot");

    private final RdsState state;
    private final Descriptions descriptions;

    OtherCalls(RdsState state, Descriptions descriptions) {
        this.state = state;
        this.descriptions = descriptions;
    }

    // --- tags --------------------------------------------------------------------------------------------------------

    void listTags(Region region, Form form, XmlText xml) throws AwsRefusal {
        Map<String, String> tags = tags(region, form.required("ResourceName"));
        form.filters(Set.of());
        form.refuseTheRest();
        Descriptions.tags(xml, tags);
    }

    void addTags(Region region, Form form) throws AwsRefusal {
        Map<String, String> tags = tags(region, form.required("ResourceName"));
        Map<String, String> added = form.tags();
        form.refuseTheRest();
        if (added == null) {
            throw new AwsRefusal(400, "MissingParameter", "The request must contain the parameter Tags.");
        }
        Map<String, String> all = new TreeMap<>(tags);
        all.putAll(added);
        if (all.size() > 50) {
            throw AwsRefusal.invalidValue("A resource can have 50 tags, not " + all.size());
        }
        tags.putAll(added);
    }

    void removeTags(Region region, Form form) throws AwsRefusal {
        Map<String, String> tags = tags(region, form.required("ResourceName"));
        List<String> keys = form.list("TagKeys", "member");
        form.refuseTheRest();
        if (keys == null) {
            throw new AwsRefusal(400, "MissingParameter", "The request must contain the parameter TagKeys.");
        }
        tags.keySet().removeAll(keys);
    }

    private Map<String, String> tags(Region region, String arn) throws AwsRefusal {
        if (arn.startsWith(region.instanceArn(""))) {
            return state.instance(region, arn).tags;
        }
        if (arn.startsWith(region.snapshotArn(""))) {
            return state.snapshot(region, arn).tags;
        }
        throw AwsRefusal.invalidValue(
                "The specified resource name does not match an RDS resource in this region: " + arn);
    }

    // --- events ------------------------------------------------------------------------------------------------------

    void events(Region region, Form form, XmlText xml) throws AwsRefusal {
        String type = form.text("SourceType");
        String id = form.text("SourceIdentifier");
        Integer minutes = form.number("Duration");
        Instant from = form.time("StartTime");
        Instant to = form.time("EndTime");
        List<String> categories = form.list("EventCategories", "EventCategory");
        form.filters(Set.of());
        if (id != null && type == null) {
            throw AwsRefusal.invalidCombination("SourceType is required when SourceIdentifier is given.");
        }
        if (type != null && !SOURCES.contains(type)) {
            throw AwsRefusal.notUnderstood("events of source type " + type);
        }
        if (minutes != null && (from != null || minutes > 20_160)) {
            throw AwsRefusal.invalidCombination("Duration is at most 20160 minutes and not given with StartTime.");
        }
        Instant until = to == null ? state.now() : to;
        Instant since = from == null ? until.minus(Duration.ofMinutes(minutes == null ? 60 : minutes)) : from;
        if (since.isAfter(until)) {
            throw AwsRefusal.invalidCombination("StartTime is after EndTime.");
        }
        List<Happened> found = new ArrayList<>(region.events.stream()
                .filter(event -> !event.at().isBefore(since) && !event.at().isAfter(until))
                .filter(event -> !event.at().isBefore(state.now().minus(Duration.ofDays(14))))
                .filter(event -> type == null || type.equals(event.type()))
                .filter(event -> id == null || id.toLowerCase(Locale.ROOT).equals(event.id()))
                .filter(event -> categories == null || categories.isEmpty() || categories.contains(event.category()))
                .toList());
        Pages.write(
                xml,
                form,
                found,
                "Events",
                "Event",
                (out, event) -> out.put("SourceIdentifier", event.id())
                        .put("SourceType", event.type())
                        .put("SourceArn", event.arn())
                        .put("Message", event.message())
                        .put("Date", Descriptions.time(event.at()))
                        .begin("EventCategories")
                        .put("EventCategory", event.category())
                        .end());
    }

    // --- groups ------------------------------------------------------------------------------------------------------

    void describeSubnetGroups(Region region, Form form, XmlText xml) throws AwsRefusal {
        String name = form.text("DBSubnetGroupName");
        form.filters(Set.of());
        if (name != null) {
            SettingRules.vpc(region, name);
        }
        List<String> found = region.subnetGroups.keySet().stream()
                .filter(known -> name == null || name.equals(known))
                .toList();
        Pages.write(
                xml,
                form,
                found,
                "DBSubnetGroups",
                "DBSubnetGroup",
                (out, group) -> descriptions.subnetGroup(out, region, group));
    }

    void describeParameterGroups(Region region, Form form, XmlText xml) throws AwsRefusal {
        String name = form.text("DBParameterGroupName");
        form.filters(Set.of());
        List<Map.Entry<String, String>> found = new ArrayList<>(region.parameterGroups.entrySet());
        if (name != null) {
            found.removeIf(group -> !group.getKey().equals(name));
            if (found.isEmpty() && name.startsWith("default.")) {
                found.add(Map.entry(name, name.substring("default.".length())));
            }
            if (found.isEmpty()) {
                throw new AwsRefusal(404, "DBParameterGroupNotFound", "DBParameterGroup not found: " + name);
            }
        }
        Pages.write(
                xml,
                form,
                found,
                "DBParameterGroups",
                "DBParameterGroup",
                (out, group) -> out.put("DBParameterGroupName", group.getKey())
                        .put("DBParameterGroupFamily", group.getValue())
                        .put("Description", group.getKey())
                        .put("DBParameterGroupArn", region.arn("rds", "pg:" + group.getKey())));
    }
}
