package io.github.drkit.examples.architecture.bad;

import io.minio.MinioClient;
import io.minio.errors.MinioException;
import java.io.Serial;
import java.util.List;
import java.util.Optional;

public class PublicVices {

    protected final MinioClient inherited;

    private final MinioClient hidden;

    public PublicVices(MinioClient taken) {
        this.inherited = taken;
        this.hidden = taken;
    }

    /** Allowed: a factory may accept a vendor's client. */
    public static PublicVices accepting(MinioClient client) {
        return new PublicVices(client);
    }

    public List<MinioClient> returned() {
        return List.of(hidden);
    }

    public void thrown() throws MinioException {
        throw new MinioException("thrown");
    }

    public String getName() {
        return "name";
    }

    /** Allowed: the name is the JDK's. */
    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return 1;
    }

    public void run(boolean quickly) {}

    public void find(Optional<String> name) {}

    public record Shown(MinioClient component) {}

    public static final class OwnException extends RuntimeException {
        @Serial
        private static final long serialVersionUID = 1L;

        /** Allowed: the name is the JDK's. */
        @Override
        public String getMessage() {
            return "own";
        }
    }
}
