package io.github.drkit.lease;

import io.github.drkit.RunId;
import java.time.Duration;

/**
 * Who holds a lease.
 *
 * @param lease the lease's name, such as a target's id
 * @param holder the run it is held by
 * @param token the fencing token: greater than every token given before under this name
 * @param term how long it is held without a renewal
 */
public record Tenure(String lease, RunId holder, long token, Duration term) {

    @Override
    public String toString() {
        return "lease '" + lease + "' held by run '" + holder + "' with token " + token;
    }
}
