package io.github.drkit.aws;

import io.github.drkit.TimeSource;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.random.RandomGenerator;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.rds.RdsClient;

/**
 * RDS of one account and region, through clients the host made: their credentials, proxies and TLS are the host's, and so is
 * closing them. Their own retries are switched off for our calls; those that may be repeated are repeated by
 * {@link io.github.drkit.retry.Retries}.
 *
 * <p>Immutable; thread-safe, as the clients are.
 */
public final class RdsRegion {

    private final Rds rds;

    private RdsRegion(Rds rds) {
        this.rds = rds;
    }

    /**
     * Begins to describe a region whose metrics are not read.
     *
     * @param rds the region's client; not closed
     * @return a builder that needs nothing more
     */
    public static Builder builder(RdsClient rds) {
        return new Builder(rds, Optional.empty());
    }

    /**
     * Begins to describe a region with its metrics.
     *
     * @param rds the region's client; not closed
     * @param metrics the same region's CloudWatch client; not closed
     * @return a builder that needs nothing more
     * @throws IllegalArgumentException if the clients are of two regions: there CloudWatch would have no values, and not say why
     */
    public static Builder builder(RdsClient rds, CloudWatchClient metrics) {
        Region region = rds.serviceClientConfiguration().region();
        Region other = metrics.serviceClientConfiguration().region();
        if (!region.equals(other)) {
            throw new IllegalArgumentException("Cannot describe region '" + region + "': its CloudWatch client is of '"
                    + other + "' but must be of the same region");
        }
        return new Builder(rds, Optional.of(metrics));
    }

    /**
     * Returns the region's name, which is the place restore requests name.
     *
     * @return such as {@code us-east-2}
     */
    public String name() {
        return rds.region();
    }

    Rds rds() {
        return rds;
    }

    @Override
    public String toString() {
        return "RdsRegion[" + name() + "]";
    }

    /** Collects the parts of a region. Not thread-safe. */
    public static final class Builder {

        private final RdsClient rds;
        private final Optional<CloudWatchClient> metrics;
        private TimeSource time = TimeSource.system();
        private RandomGenerator chance = new SecureRandom();

        private Builder(RdsClient rds, Optional<CloudWatchClient> metrics) {
            this.rds = rds;
            this.metrics = metrics;
        }

        /**
         * Sets the clock; the system's unless set.
         *
         * @param time the one way to ask for the time and to wait; the engine's
         * @return this
         */
        public Builder time(TimeSource time) {
            this.time = time;
            return this;
        }

        /**
         * Sets where the chance comes from that spreads repeated calls; a secure one unless set.
         *
         * @param chance thread-safe
         * @return this
         */
        public Builder chance(RandomGenerator chance) {
            this.chance = chance;
            return this;
        }

        /**
         * Puts the region together. Asks nothing of AWS.
         *
         * @return the region
         */
        public RdsRegion build() {
            return new RdsRegion(new Rds(rds, metrics, time, chance));
        }
    }
}
