package io.github.drkit.aws;

import io.github.drkit.BackupTarget;
import io.github.drkit.Catalog;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.journal.Journal;
import io.github.drkit.testkit.contract.BackupTargetContract;
import io.github.drkit.testkit.rds.Phase;
import io.github.drkit.testkit.rds.Transition;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;

class RdsTargetContractTest extends BackupTargetContract {

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
    }

    @Override
    protected BackupTarget target(Journal journal) {
        return world.target().build();
    }

    @Override
    protected String world() {
        return world.everything();
    }

    @Override
    protected void breakSource() {
        world.aws.rds.script(Transition.SNAPSHOT, Phase.of("creating", Duration.ofMinutes(3)), Phase.last("failed"));
    }

    @Override
    protected boolean isForeign(RecoveryPoint point) {
        return point.run().value().equals("automated");
    }

    @Override
    protected boolean isForeign(Catalog.Problem problem) {
        return problem.code().startsWith("DRK-RDS-10") && !problem.code().equals("DRK-RDS-107");
    }

    @Override
    protected Set<String> secrets() {
        return Set.of("planted-master-password", world.script().secretKey());
    }
}
