package io.github.drkit.examples.toy;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.drkit.BackupRequest;
import io.github.drkit.VerifyRequest;
import io.github.drkit.engine.DisasterRecovery;
import io.github.drkit.metrics.StatusMetrics;
import io.github.drkit.objective.Objectives;
import io.github.drkit.retention.RetentionPolicy;
import io.github.drkit.status.Platform;
import io.github.drkit.status.PlatformStatus;
import io.github.drkit.status.Protection;
import io.github.drkit.status.State;
import io.github.drkit.store.Encryption;
import io.github.drkit.testkit.VirtualTime;
import io.github.drkit.testkit.fake.InMemoryBackupTarget;
import io.github.drkit.testkit.fake.InMemoryJournal;
import io.github.drkit.testkit.fake.InMemoryPointStore;
import io.github.drkit.testkit.fake.InMemoryTables;
import io.github.drkit.testkit.fake.KeyRing;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;

/** The example of docs/status.md, on a virtual clock. */
class StatusExampleTest {

    private final VirtualTime time = VirtualTime.startingAt("2026-03-10T01:00:00Z");
    private final InMemoryTables tables = new InMemoryTables().add("bank", "ledger", "1;100");
    private final InMemoryJournal journal = new InMemoryJournal();
    private final InMemoryBackupTarget bank =
            new InMemoryBackupTarget("bank", tables, InMemoryPointStore.on(time), KeyRing.fresh(), journal);
    private final Encryption encryption = Encryption.to("age1" + "q".repeat(58), "age1" + "p".repeat(58));
    private final MeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void whatThePageShowsIsWhatTheExampleSays() throws Exception {
        Platform platform = platform();
        DisasterRecovery dr = metered(platform);
        dr.execute(dr.plan(bank, BackupRequest.scheduledFor(time.now())), bank);
        dr.execute(dr.plan(bank, new VerifyRequest(bank.list().points().get(0).id())), bank);
        time.jumpTo(Instant.parse("2026-03-10T12:00:00Z"));

        PlatformStatus status = platform.status();

        assertThat(status.find("bank").orElseThrow().rpo().state()).isEqualTo(State.MET);
        String said = status.render().replaceAll("t010000z-[0-9a-f]{8}", "t010000z-7c21f0aa"); // made of chance
        assertThat(Files.readString(Path.of("../../status.md"))).contains("```text\n" + said + "```\n");
    }

    private Platform platform() {
        // tag::status
        Platform platform = Platform.builder(journal)
                .time(time) // TimeSource.system() unless set
                .protect(Protection.builder("bank", bank, Objectives.production())
                        .policy(RetentionPolicy.dailyWeeklyMonthly(ZoneId.of("Africa/Douala")))
                        .points(bank.points())
                        .encryption(encryption)
                        .key("backup-2026", Instant.parse("2026-01-01T00:00:00Z"))
                        .build())
                .consistsOf("bank", "keycloak")
                .build();
        System.out.println(platform.status().render());
        // end::status
        return platform;
    }

    private DisasterRecovery metered(Platform platform) {
        // tag::metrics
        StatusMetrics metrics = StatusMetrics.bind(registry, platform, time, Duration.ofMinutes(15));
        metrics.refresh(); // from the host's scheduler, every few minutes
        DisasterRecovery dr = DisasterRecovery.builder(journal)
                .time(time)
                .listener(metrics.listener())
                .build();
        // end::metrics
        return dr;
    }
}
