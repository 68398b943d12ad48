package io.github.drkit.aws;

import io.github.drkit.RecoveryPointId;
import io.github.drkit.RestoreDestination;
import io.github.drkit.RestoreDestination.Isolation;
import io.github.drkit.RestoreStrategy;
import io.github.drkit.testkit.contract.RestoreStrategyContract;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.opentest4j.TestAbortedException;

class RdsSnapshotRestoreContractTest extends RestoreStrategyContract {

    static final String COPY = "fineract-prod-restored";

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
        world.rds.createDBSnapshot(
                request -> request.dbInstanceIdentifier(RdsWorld.INSTANCE).dbSnapshotIdentifier("before-the-upgrade"));
        time().advance(Duration.ofHours(1));
    }

    @Override
    protected RestoreStrategy strategy() {
        return RdsRestore.fromSnapshot(world.target().build())
                .isolatedBy("sg-isolated")
                .connections(world.bank::server)
                .build();
    }

    @Override
    protected RecoveryPointId point() {
        return RecoveryPointId.of("before-the-upgrade");
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
        throw new TestAbortedException("nobody can change a byte of a snapshot");
    }

    @Override
    protected Set<String> secrets() {
        return Set.of("planted-master-password", world.script().secretKey());
    }
}
