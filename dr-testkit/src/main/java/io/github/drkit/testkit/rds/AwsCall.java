package io.github.drkit.testkit.rds;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * A call as it reached a fake.
 *
 * @param service the service its signature names, such as {@code rds}; also the prefix of its IAM actions
 * @param region the region its signature names
 * @param action the API's name of the call, such as {@code CreateDBSnapshot}
 * @param parameters what was asked, by the names on the wire; passwords and secrets are replaced by {@code ***}
 * @param status the HTTP status answered, or 0 if the connection was dropped instead
 * @param code the error's code, or nothing
 */
public record AwsCall(
        String service, String region, String action, Map<String, String> parameters, int status, String code) {

    /** Copies the parameters. */
    public AwsCall {
        parameters = Collections.unmodifiableMap(new TreeMap<>(parameters));
    }

    /**
     * Returns the call as a policy names it.
     *
     * @return such as {@code rds:CreateDBSnapshot}
     */
    public String iamAction() {
        return (service.equals("monitoring") ? "cloudwatch" : service) + ":" + action;
    }
}
