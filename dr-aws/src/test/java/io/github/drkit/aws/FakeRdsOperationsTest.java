package io.github.drkit.aws;

import io.github.drkit.testkit.VirtualTime;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import software.amazon.awssdk.services.rds.RdsClient;

/** DR Kit's operations at the fake, on its clock. The unit tests ask the same of it one by one. */
@Tag("exhaustive")
class FakeRdsOperationsTest extends RdsOperations {

    private FakeAws aws = new FakeAws();
    private final Map<String, RdsClient> clients = new HashMap<>();

    @AfterEach
    void close() {
        clients.values().forEach(RdsClient::close);
        clients.clear();
        aws.close();
    }

    @Override
    void makeAccount() {
        close();
        aws = new FakeAws(VirtualTime.startingAt("2026-11-22T01:00:00Z"));
        RdsWorld.groups(aws.rds, HOME);
        RdsWorld.groups(aws.rds, AWAY);
        aws.rds.optionGroup(HOME, OPTIONS).optionGroup(AWAY, OPTIONS);
    }

    @Override
    VirtualTime time() {
        return aws.time;
    }

    @Override
    RdsClient rds(String region) {
        return clients.computeIfAbsent(region, aws::rdsClient);
    }

    @Override
    String key(String region) {
        return aws.rds.kmsKey(region, "bank");
    }
}
