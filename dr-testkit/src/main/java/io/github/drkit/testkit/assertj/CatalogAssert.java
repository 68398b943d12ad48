package io.github.drkit.testkit.assertj;

import io.github.drkit.Catalog;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.RecoveryPointId;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.assertj.core.api.AbstractAssert;

/** What can be asserted of what exists of a target. Not thread-safe. */
public final class CatalogAssert extends AbstractAssert<CatalogAssert, Catalog> {

    CatalogAssert(Catalog actual) {
        super(actual, CatalogAssert.class);
    }

    /**
     * Asserts that everything that lies there could be read.
     *
     * @return this
     */
    public CatalogAssert hasNoProblems() {
        isNotNull();
        if (!actual.problems().isEmpty()) {
            failWithMessage(
                    "Expected no problems in the catalog but there are%s",
                    lines(actual.problems().stream()
                            .map(problem -> problem.where() + " [" + problem.code() + "]: " + problem.reason())
                            .toList()));
        }
        return this;
    }

    /**
     * Asserts how many points there are.
     *
     * @param count how many
     * @return this
     */
    public CatalogAssert hasPoints(int count) {
        isNotNull();
        if (actual.points().size() != count) {
            failWithMessage(
                    "Expected %d points in the catalog but there are %d:%s",
                    count, actual.points().size(), points());
        }
        return this;
    }

    /**
     * Goes on with one point, which must be there.
     *
     * @param id which
     * @return what can be asserted of it
     */
    public RecoveryPointAssert point(RecoveryPointId id) {
        isNotNull();
        RecoveryPoint point = actual.find(id).orElse(null);
        if (point == null) {
            failWithMessage(
                    "Expected point '%s' in the catalog but there are %d others:%s",
                    id, actual.points().size(), points());
        }
        return new RecoveryPointAssert(point);
    }

    /**
     * Goes on with the newest point by its consistency time; there must be one.
     *
     * @return what can be asserted of it
     */
    public RecoveryPointAssert newestPoint() {
        isNotNull();
        if (actual.points().isEmpty()) {
            failWithMessage("Expected points in the catalog but there are none");
        }
        Comparator<RecoveryPoint> byTime = Comparator.comparing(RecoveryPoint::consistencyTime);
        return new RecoveryPointAssert(actual.points().stream().max(byTime).orElse(null));
    }

    /**
     * Asserts that some recovery window holds an instant.
     *
     * @param instant UTC
     * @return this
     */
    public CatalogAssert hasWindowOver(Instant instant) {
        isNotNull();
        if (actual.windows().stream().noneMatch(window -> window.contains(instant))) {
            failWithMessage(
                    "Expected a recovery window over %s but there are%s",
                    instant,
                    lines(actual.windows().stream()
                            .map(window -> window.earliest() + " to " + window.latest())
                            .toList()));
        }
        return this;
    }

    private String points() {
        return lines(actual.points().stream()
                .map(point -> point.id() + " of " + point.consistencyTime() + " "
                        + point.proof().level())
                .toList());
    }

    private static String lines(List<String> lines) {
        return lines.isEmpty()
                ? " none"
                : lines.stream().map(line -> "\n  " + line).collect(Collectors.joining());
    }
}
