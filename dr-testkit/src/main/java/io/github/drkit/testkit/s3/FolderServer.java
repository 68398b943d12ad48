package io.github.drkit.testkit.s3;

import java.net.URI;
import java.nio.file.Path;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;

/** The only class that links to S3Proxy, so that {@link LocalS3} can say what is missing when it is not there. */
final class FolderServer implements AutoCloseable {

    private final S3Proxy proxy;
    private final URI endpoint;

    private FolderServer(S3Proxy proxy) {
        this.proxy = proxy;
        this.endpoint = URI.create("http://127.0.0.1:" + proxy.getPort());
    }

    static FolderServer begin(Path folder, String accessKey, String secretKey) {
        S3Proxy proxy = S3Proxy.builder()
                .blobStore(new FilesystemNio2BlobStore(folder.toString()))
                .endpoint(URI.create("http://127.0.0.1:0"))
                .awsAuthentication(AuthenticationType.AWS_V4, accessKey, secretKey)
                .build();
        try {
            proxy.start();
        } catch (Exception e) {
            throw failure("begin", e);
        }
        return new FolderServer(proxy);
    }

    URI endpoint() {
        return endpoint;
    }

    @Override
    public void close() {
        try {
            proxy.stop();
        } catch (Exception e) {
            throw failure("end", e);
        }
    }

    // S3Proxy declares Exception for whatever its server throws; interruption is one of them.
    private static IllegalStateException failure(String verb, Exception cause) {
        if (cause instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        return new IllegalStateException("Cannot " + verb + " the local S3 store: " + cause.getMessage(), cause);
    }
}
