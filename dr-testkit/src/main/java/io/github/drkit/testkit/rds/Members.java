package io.github.drkit.testkit.rds;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The members of a structure in a request, of whatever protocol. It knows which of them somebody asked for, so that one
 * nobody understands is refused and never ignored.
 */
final class Members {

    private final String where;
    private final Map<?, ?> members;
    private final Set<String> read = new TreeSet<>();

    Members(String where, @Nullable Object members) {
        this.where = where;
        this.members = members instanceof Map<?, ?> map ? map : Map.of();
    }

    /** Says no to what no reader asked for. Called before anything is changed. */
    void refuseTheRest() throws AwsRefusal {
        for (Object name : members.keySet()) {
            if (!read.contains(name.toString())) {
                throw AwsRefusal.notUnderstood("member " + name + " of " + where);
            }
        }
    }

    private @Nullable Object member(String name) {
        read.add(name);
        return members.get(name);
    }

    @Nullable
    String text(String name) {
        return member(name) instanceof String text ? text : null;
    }

    String text(String name, String otherwise) {
        String text = text(name);
        return text == null ? otherwise : text;
    }

    @Nullable
    Long number(String name) {
        return member(name) instanceof Number number ? number.longValue() : null;
    }

    long number(String name, long otherwise) {
        Long number = number(name);
        return number == null ? otherwise : number;
    }

    boolean flag(String name, boolean otherwise) {
        return member(name) instanceof Boolean flag ? flag : otherwise;
    }

    @Nullable
    Instant time(String name) {
        return member(name) instanceof Instant instant ? instant : null;
    }

    /** A list of texts; null if it is not there. */
    @Nullable
    List<String> texts(String name) {
        return member(name) instanceof List<?> list
                ? list.stream().map(Object::toString).toList()
                : null;
    }

    List<Members> structures(String name) {
        List<Members> found = new ArrayList<>();
        if (member(name) instanceof List<?> list) {
            list.forEach(one -> found.add(new Members(name, one)));
        }
        return found;
    }

    @Nullable
    Members structure(String name) {
        return member(name) instanceof Map<?, ?> map ? new Members(name, map) : null;
    }
}
