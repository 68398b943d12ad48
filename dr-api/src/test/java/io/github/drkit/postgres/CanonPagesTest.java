package io.github.drkit.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The written canon shows the very queries that run. */
class CanonPagesTest {

    @Test
    void theCatalogQueriesOfThePageAreTheOnesThatRun() throws IOException {
        StringBuilder expected = new StringBuilder(
                "-- The catalog queries of canon pg-row-v1. Each gives kind, object, fact and value.\n"
                        + "SET search_path = pg_catalog;\n");
        for (Map.Entry<String, String> query : CatalogQueries.all().entrySet()) {
            expected.append("\n-- ")
                    .append(query.getKey())
                    .append('\n')
                    .append(query.getValue().strip())
                    .append(";\n");
        }

        assertThat(Files.readString(Path.of("../docs/pg-row-v1-catalog.sql"))).isEqualTo(expected.toString());
    }
}
