package io.github.drkit.minio.postgres;

import java.nio.file.Path;

/**
 * One of PostgreSQL's client programs on this machine.
 *
 * @param name such as {@code pg_dump}
 * @param path the program
 * @param version what it says of itself, such as {@code 15.18}
 * @param major such as 15
 */
record ClientTool(String name, Path path, String version, int major) {

    @Override
    public String toString() {
        return name + " " + version;
    }
}
