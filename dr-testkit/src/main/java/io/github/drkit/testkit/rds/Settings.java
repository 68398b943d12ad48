package io.github.drkit.testkit.rds;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** All that is set at an instance. Copied whole when a snapshot is taken. */
final class Settings {

    final Map<Setting, String> values = new EnumMap<>(Setting.class);
    final Map<String, String> features = new TreeMap<>();
    List<String> securityGroups = List.of();
    List<String> logs = List.of();
    String user = "";
    String databaseName = "";
    String keyId = "";

    Settings copy() {
        Settings copy = new Settings();
        copy.values.putAll(values);
        copy.features.putAll(features);
        copy.securityGroups = List.copyOf(securityGroups);
        copy.logs = List.copyOf(logs);
        copy.user = user;
        copy.databaseName = databaseName;
        copy.keyId = keyId;
        return copy;
    }

    String value(Setting setting) {
        return values.getOrDefault(setting, "");
    }

    int number(Setting setting) {
        String value = value(setting);
        return value.isEmpty() ? 0 : Integer.parseInt(value);
    }

    boolean is(Setting setting) {
        return value(setting).equals("true");
    }

    void set(Setting setting, String value) {
        if (value.isEmpty()) {
            values.remove(setting);
        } else {
            values.put(setting, value);
        }
    }

    boolean encrypted() {
        return !keyId.isEmpty();
    }

    String major() {
        return value(Setting.VERSION).split("\\.")[0];
    }

    /** Adds some log types and takes others away. */
    void logs(List<String> on, List<String> off) {
        List<String> now = new ArrayList<>(logs);
        now.removeAll(off);
        on.stream().filter(type -> !now.contains(type)).forEach(now::add);
        logs = List.copyOf(now);
    }
}
