package io.github.drkit.aws;

import io.github.drkit.TimeSource;
import io.github.drkit.testkit.VirtualTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.rds.RdsClient;
import software.amazon.awssdk.services.rds.model.DescribeDbInstanceAutomatedBackupsResponse;

/**
 * DR Kit's operations at moto, whose clock is the machine's and where everything is done at once. Where moto differs a test says
 * how, so that the list on the page stays true.
 */
class MotoOperationsIT extends RdsOperations {

    private static Optional<MotoServer> moto = Optional.empty();

    private VirtualTime time = VirtualTime.startingAt("2026-11-22T01:00:00Z");
    private final Map<String, RdsClient> clients = new HashMap<>();

    @BeforeAll
    static void beginServer() throws Exception {
        moto = Optional.of(MotoServer.beginOrSkip());
    }

    @AfterAll
    static void endServer() {
        moto.ifPresent(MotoServer::close);
        moto = Optional.empty();
    }

    @AfterEach
    void close() {
        clients.values().forEach(RdsClient::close);
    }

    @Override
    void makeAccount() throws Exception {
        MotoServer server = moto.orElseThrow();
        server.reset();
        time = VirtualTime.startingAt(TimeSource.system().now());
        for (String region : new String[] {HOME, AWAY}) {
            rds(region)
                    .createDBSubnetGroup(create -> create.dbSubnetGroupName("fineract-prod-db")
                            .dbSubnetGroupDescription("the bank's")
                            .subnetIds(subnet(region)));
            rds(region)
                    .createDBParameterGroup(create -> create.dbParameterGroupName("fineract-prod-pg")
                            .dbParameterGroupFamily("postgres15")
                            .description("the bank's"));
            // It takes an instance of 15 all the same, but knows no default group by its name.
            rds(region)
                    .createOptionGroup(create -> create.optionGroupName(OPTIONS)
                            .optionGroupDescription("the bank's")
                            .engineName("postgres")
                            .majorEngineVersion("13"));
        }
    }

    @Override
    VirtualTime time() {
        return time;
    }

    @Override
    RdsClient rds(String region) {
        return clients.computeIfAbsent(region, moto.orElseThrow()::client);
    }

    /** It tells of an automated backup whose it is and no more: the rest is put into its answer, so that the order is made. */
    @Override
    RdsClient tellingWindows(RdsClient client) {
        return answering(
                client,
                (call, answer) -> answer instanceof DescribeDbInstanceAutomatedBackupsResponse backups
                        ? completed(client, backups)
                        : answer);
    }

    private DescribeDbInstanceAutomatedBackupsResponse completed(
            RdsClient client, DescribeDbInstanceAutomatedBackupsResponse backups) {
        return backups.toBuilder()
                .dbInstanceAutomatedBackups(backups.dbInstanceAutomatedBackups().stream()
                        .map(backup -> backup.toBuilder()
                                .engine("postgres")
                                .dbiResourceId(client.describeDBInstances(
                                                which -> which.dbInstanceIdentifier(backup.dbInstanceIdentifier()))
                                        .dbInstances()
                                        .get(0)
                                        .dbiResourceId())
                                .restoreWindow(
                                        window -> window.earliestTime(time.now().minus(Duration.ofDays(1)))
                                                .latestTime(time.now()))
                                .build())
                        .toList())
                .build();
    }

    @Override
    String key(String region) throws Exception {
        return moto.orElseThrow().key(region);
    }

    @Override
    @Test
    @DisplayName("An automated backup has no window, so that nothing can be restored to a point in time by it")
    void theWindowIsListedAndEverySnapshotIsAPoint() {
        MotoServer.differs(super::theWindowIsListedAndEverySnapshotIsAPoint, "Expected size: 1 but was: 0");
    }

    @Override
    @Test
    @DisplayName("A default option group is unknown by its name, so that a restore which names it is refused")
    void anInstanceWithTheDefaultOptionsOfItsEngineIsRestoredWithThem() {
        MotoServer.differs(
                super::anInstanceWithTheDefaultOptionsOfItsEngineIsRestoredWithThem,
                "AWS answered OptionGroupNotFound");
    }

    @Override
    @Test
    @DisplayName("All instances have one and the same resource id")
    void aRestoredInstanceHasAResourceIdOfItsOwn() {
        MotoServer.differs(super::aRestoredInstanceHasAResourceIdOfItsOwn, "what is deleted is told by it");
    }

    @Override
    @Test
    @DisplayName(
            "A restore switches nothing off: `false` and 0 are passed over, and DR Kit finds the setting as it was")
    void aRestoreWithoutStandbyAndProtectionHasNone() {
        MotoServer.differs(
                super::aRestoreWithoutStandbyAndProtectionHasNone,
                "MultiAZ is 'true' but 'false' was set; DeletionProtection is 'true' but 'false' was set");
    }

    @Override
    @Test
    @DisplayName("So the temporary instance of a protected original is protected, and DR Kit leaves it standing")
    void theTemporaryInstanceOfAProtectedOriginalIsDeletedToo() {
        MotoServer.differs(
                super::theTemporaryInstanceOfAProtectedOriginalIsDeletedToo,
                "somebody protected it from deletion but it was made without");
    }

    private static String subnet(String region) {
        try {
            return moto.orElseThrow().subnet(region);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
