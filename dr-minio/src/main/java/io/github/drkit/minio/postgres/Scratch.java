package io.github.drkit.minio.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The folder a decrypted dump may lie in while it is restored by several jobs. */
final class Scratch {

    private Scratch() {}

    static String room(long bytes) {
        return "room for " + bytes + " bytes";
    }

    static String observe(Path folder, long needed) {
        try {
            if (!Files.isDirectory(folder) || !Files.isWritable(folder)) {
                return "no writable folder";
            }
            long usable = Files.getFileStore(folder).getUsableSpace();
            return usable >= needed ? room(needed) : "room for " + usable + " bytes only";
        } catch (IOException e) {
            return "no readable file system";
        }
    }
}
