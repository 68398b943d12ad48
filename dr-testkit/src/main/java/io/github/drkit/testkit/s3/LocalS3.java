package io.github.drkit.testkit.s3;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * An S3 store on a folder, in this process, at a free port of 127.0.0.1, with credentials made up anew for each one.
 *
 * <p>It checks Signature Version 4 and honours {@code If-None-Match: *}, on multipart completion too. It has no
 * versioning, object lock, tags or lifecycle: those requests are answered with 501. Objects stay in the folder when it
 * is closed, so a second store on the same folder finds them; the folder and its removal belong to the caller.
 *
 * <p>Needs {@code org.gaul:s3proxy} on the class path, which the testkit does not bring along by itself. Thread-safe.
 */
public final class LocalS3 implements AutoCloseable {

    // What S3 allows in a bucket name, without dots: a dot could lead out of the folder.
    private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9-]{1,61}[a-z0-9]");

    private final Path folder;
    private final String accessKey;
    private final String secretKey;
    private final FolderServer server;

    private LocalS3(Path folder, String accessKey, String secretKey, FolderServer server) {
        this.folder = folder;
        this.accessKey = accessKey;
        this.secretKey = secretKey;
        this.server = server;
    }

    /**
     * Begins to serve a folder. Returns when requests are answered.
     *
     * @param folder where buckets are sub-folders and objects files; made when absent
     * @return the running store; close it to free the port
     * @throws IllegalStateException if {@code org.gaul:s3proxy} is not on the class path, or the server did not come up
     */
    public static LocalS3 begin(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot serve folder '" + folder + "'", e);
        }
        SecureRandom random = new SecureRandom();
        String accessKey = "local-" + hex(random, 6);
        String secretKey = hex(random, 20);
        FolderServer server;
        try {
            server = FolderServer.begin(folder, accessKey, secretKey);
        } catch (NoClassDefFoundError e) {
            throw new IllegalStateException(
                    "Cannot serve folder '" + folder + "': class " + e.getMessage()
                            + " is missing but needed; add org.gaul:s3proxy to the class path",
                    e);
        }
        return new LocalS3(folder, accessKey, secretKey, server);
    }

    /**
     * Makes a bucket, or leaves the one that is there.
     *
     * @param name lower-case letters, digits and hyphens, 3 to 63 of them
     * @return this
     * @throws IllegalArgumentException if S3 does not allow the name
     */
    public LocalS3 bucket(String name) {
        if (!BUCKET.matcher(name).matches()) {
            throw new IllegalArgumentException("Cannot make bucket '" + name
                    + "': its name must be 3 to 63 lower-case letters, digits and hyphens");
        }
        try {
            Path bucket = Files.createDirectories(folder.resolve(name));
            // S3Proxy takes a folder others may read for a bucket strangers may list.
            PosixFileAttributeView rights = Files.getFileAttributeView(bucket, PosixFileAttributeView.class);
            if (rights != null) {
                rights.setPermissions(PosixFilePermissions.fromString("rwx------"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot make bucket '" + name + "'", e);
        }
        return this;
    }

    /**
     * Returns where the store answers. Address objects by path, {@code endpoint/bucket/key}; any region is accepted.
     *
     * @return an {@code http} address with port
     */
    public URI endpoint() {
        return server.endpoint();
    }

    /**
     * Returns the only access key the store accepts.
     *
     * @return the access key
     */
    public String accessKey() {
        return accessKey;
    }

    /**
     * Returns the secret that belongs to {@link #accessKey()}.
     *
     * @return the secret key
     */
    public String secretKey() {
        return secretKey;
    }

    /**
     * Returns the folder served. A test may look at it or damage it.
     *
     * @return the folder given to {@link #begin(Path)}
     */
    public Path folder() {
        return folder;
    }

    /** Stops answering and frees the port. The objects stay. A second call does nothing. */
    @Override
    public void close() {
        server.close();
    }

    /** Names the endpoint and the folder, never the secret. */
    @Override
    public String toString() {
        return "LocalS3[" + endpoint() + ", " + folder + "]";
    }

    static String hex(SecureRandom random, int bytes) {
        byte[] drawn = new byte[bytes];
        random.nextBytes(drawn);
        return HexFormat.of().formatHex(drawn);
    }
}
