package io.github.drkit.aws;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.rds.RdsClient;

/** The behaviour of RDS asked of moto. Where moto differs a test says how, so that the list on the page stays true. */
class MotoIT extends RdsBehaviour {

    private static Optional<MotoServer> moto = Optional.empty();

    private final Map<String, RdsClient> clients = new HashMap<>();

    @BeforeAll
    static void begin() throws Exception {
        moto = Optional.of(MotoServer.beginOrSkip());
    }

    @AfterAll
    static void end() {
        moto.ifPresent(MotoServer::close);
        moto = Optional.empty();
    }

    @BeforeEach
    void reset() throws Exception {
        moto.orElseThrow().reset();
    }

    @AfterEach
    void close() {
        clients.values().forEach(RdsClient::close);
    }

    @Override
    RdsClient rds(String region) {
        return clients.computeIfAbsent(region, moto.orElseThrow()::client);
    }

    /** Its clock is the machine's, and everything is done at once. */
    @Override
    void pass(Duration duration) {}

    @Override
    String key(String region) {
        return "arn:aws:kms:" + region + ":123456789012:key/bank";
    }

    @Override
    @Test
    @DisplayName("Modifications are made at once, `ApplyImmediately` or not; nothing is ever pending")
    void aModificationWaitsUnlessItIsToBeImmediate() {
        MotoServer.differs(super::aModificationWaitsUnlessItIsToBeImmediate, "db.r5.large");
    }

    @Override
    @Test
    @DisplayName("A stopped instance is snapshotted")
    void aStoppedInstanceIsNotSnapshottedAndStartsAgain() {
        MotoServer.differs(super::aStoppedInstanceIsNotSnapshottedAndStartsAgain, "raise a throwable");
    }

    @Override
    @Test
    @DisplayName("Storage is not checked: a small gp3 volume takes any speed")
    void aSmallGp3VolumeIsRefusedASpeedOfItsOwn() {
        MotoServer.differs(super::aSmallGp3VolumeIsRefusedASpeedOfItsOwn, "raise a throwable");
    }

    @Override
    @Test
    @DisplayName("Storage is not checked at a restore either")
    void aSmallGp3VolumeIsRestoredWithoutItsReportedSpeed() {
        MotoServer.differs(super::aSmallGp3VolumeIsRestoredWithoutItsReportedSpeed, "raise a throwable");
    }

    @Override
    @Test
    @DisplayName("`MaxRecords` is not checked")
    void aPageOfAnotherSizeIsRefused() {
        MotoServer.differs(super::aPageOfAnotherSizeIsRefused, "raise a throwable");
    }

    @Override
    @Test
    @DisplayName("A restore to a point in time needs no time, and takes two")
    void aRestoreIsToATimeOrToTheLatestAndNotBoth() {
        MotoServer.differs(super::aRestoreIsToATimeOrToTheLatestAndNotBoth, "raise a throwable");
    }

    @Override
    @Test
    @DisplayName("A restore to any time succeeds, before the first backup and in the future")
    void aTimeOutOfTheWindowIsRefused() {
        MotoServer.differs(super::aTimeOutOfTheWindowIsRefused, "raise a throwable");
    }

    @Override
    @Test
    @DisplayName("An instance without backups has a latest restorable time")
    void withoutBackupsThereIsNoTimeToRestoreTo() {
        MotoServer.differs(super::withoutBackupsThereIsNoTimeToRestoreTo, "expected: null");
    }

    @Override
    @Test
    @DisplayName("Tags beginning with `aws:` are taken")
    void tagsAreAddedListedAndRemoved() {
        MotoServer.differs(super::tagsAreAddedListedAndRemoved, "raise a throwable");
    }

    @Override
    @Test
    @DisplayName("An instance is deleted without a word about a last snapshot")
    void aLastSnapshotIsNamedOrSkippedAndNotBoth() {
        MotoServer.differs(super::aLastSnapshotIsNamedOrSkippedAndNotBoth, "raise a throwable");
    }

    @Override
    @Test
    @DisplayName("DescribeDBInstances ignores the filter `dbi-resource-id`")
    void filtersNarrowAListAndAnUnknownOneIsRefused() {
        MotoServer.differs(super::filtersNarrowAListAndAnUnknownOneIsRefused, "[\"bank\", \"other\"]");
    }

    @Override
    @Test
    @DisplayName("A snapshot is `available` in the answer that creates it")
    void aSnapshotIsCreatingWithoutATimeAndThenAvailable() {
        MotoServer.differs(super::aSnapshotIsCreatingWithoutATimeAndThenAvailable, "\"available\"");
    }

    @Override
    @Test
    @DisplayName("An instance is `available`, with an endpoint, in the answer that creates it")
    void aNewInstanceIsCreatingWithoutAnEndpoint() {
        MotoServer.differs(super::aNewInstanceIsCreatingWithoutAnEndpoint, "\"available\"");
    }

    @Override
    @Test
    @DisplayName("A reboot is over in its answer")
    void anInstanceThatIsRebootedComesBack() {
        MotoServer.differs(super::anInstanceThatIsRebootedComesBack, "\"available\"");
    }

    @Override
    @Test
    @DisplayName("A restore from a snapshot has the source's settings, not the defaults")
    void aRestoreFromASnapshotThatDoesNotSayGetsTheDefaults() {
        MotoServer.differs(super::aRestoreFromASnapshotThatDoesNotSayGetsTheDefaults, "[Multi-AZ]");
    }

    @Override
    @Test
    @DisplayName("A restore to a point in time has the source's settings, not the defaults")
    void aRestoreToAPointInTimeThatDoesNotSayGetsTheDefaults() {
        MotoServer.differs(super::aRestoreToAPointInTimeThatDoesNotSayGetsTheDefaults, "[Multi-AZ]");
    }

    @Override
    @Test
    @DisplayName("Keys have to be made at moto's KMS before a snapshot is copied")
    void anEncryptedSnapshotIsCopiedToAnotherRegionWithAKeyOfThatRegion() {
        MotoServer.differs(super::anEncryptedSnapshotIsCopiedToAnotherRegionWithAKeyOfThatRegion, "Specified KMS key");
    }

    @Override
    @Test
    @DisplayName("An encrypted snapshot is copied to another region without a key")
    void anEncryptedSnapshotIsNotCopiedToAnotherRegionWithoutAKey() {
        MotoServer.differs(super::anEncryptedSnapshotIsNotCopiedToAnotherRegionWithoutAKey, "raise a throwable");
    }

    @Override
    @Test
    @DisplayName("An automated backup does not name its instance's resource id")
    void theWindowIsToldWithTheAutomatedBackup() {
        MotoServer.differs(super::theWindowIsToldWithTheAutomatedBackup, "but was: null");
    }

    @Override
    @Test
    @DisplayName("Automated snapshots can be deleted")
    void automatedSnapshotsAreListedApartAndCannotBeDeleted() {
        MotoServer.differs(super::automatedSnapshotsAreListedApartAndCannotBeDeleted, "raise a throwable");
    }

    @Override
    @Test
    @DisplayName("An instance is not found by its resource id")
    void anInstanceIsFoundByItsResourceIdAndItsArn() {
        MotoServer.differs(super::anInstanceIsFoundByItsResourceIdAndItsArn, "not found");
    }
}
