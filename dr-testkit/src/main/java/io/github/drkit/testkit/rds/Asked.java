package io.github.drkit.testkit.rds;

import java.util.Map;

/**
 * What a request asks for, before anybody looked at whether it may.
 *
 * @param accessKey nothing if it is not signed
 * @param parameters flat, for faults and records
 * @param content the whole of it, as the protocol has it
 */
record Asked(
        String service,
        String region,
        String accessKey,
        String action,
        Map<String, String> parameters,
        Map<String, ?> content) {}
