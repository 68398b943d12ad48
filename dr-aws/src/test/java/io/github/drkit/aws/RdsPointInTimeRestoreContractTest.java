package io.github.drkit.aws;

import io.github.drkit.RecoveryPointId;
import io.github.drkit.RestoreDestination;
import io.github.drkit.RestoreDestination.Isolation;
import io.github.drkit.RestoreRequest.Selection;
import io.github.drkit.RestoreStrategy;
import io.github.drkit.TargetId;
import io.github.drkit.testkit.contract.RestoreStrategyContract;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.opentest4j.TestAbortedException;

class RdsPointInTimeRestoreContractTest extends RestoreStrategyContract {

    private static final String COPY = RdsSnapshotRestoreContractTest.COPY;

    private RdsWorld world;

    @AfterEach
    void close() {
        world.close();
    }

    @Override
    protected void makeWorld() {
        if (world != null) {
            world.close();
        }
        world = new RdsWorld(time()).withInstance();
        time().advance(Duration.ofDays(1));
    }

    @Override
    protected RestoreStrategy strategy() {
        return RdsRestore.toPointInTime(world.target().build())
                .isolatedBy("sg-isolated")
                .connections(world.bank::server)
                .build();
    }

    private Instant latest() {
        return world.target().build().list().windows().get(0).latest();
    }

    @Override
    protected RecoveryPointId point() {
        return RdsNames.instant(TargetId.of("bank"), latest());
    }

    @Override
    protected Selection selection() {
        return Selection.instant(latest());
    }

    @Override
    protected RestoreDestination destination() {
        return new RestoreDestination(RdsWorld.HOME, Map.of(RdsWorld.INSTANCE, COPY), Isolation.BESIDE_ORIGINAL);
    }

    @Override
    protected String world() {
        return world.everything();
    }

    @Override
    protected String original() {
        return world.settings(RdsWorld.INSTANCE);
    }

    @Override
    protected String restored() {
        return world.settings(COPY);
    }

    @Override
    protected void occupyDestination() {
        world.rds.createDBInstance(
                world.asProduction().dbInstanceIdentifier(COPY).build());
        time().advance(Duration.ofHours(1));
    }

    @Override
    protected void damagePoint() {
        throw new TestAbortedException("nobody can change a byte of an automated backup");
    }
}
