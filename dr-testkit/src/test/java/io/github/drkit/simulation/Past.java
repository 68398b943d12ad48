package io.github.drkit.simulation;

import io.github.drkit.BackupRequest;
import io.github.drkit.TargetId;
import io.github.drkit.catalog.PointCatalog;
import io.github.drkit.engine.DisasterRecovery;
import io.github.drkit.store.ObjectKey;
import io.github.drkit.store.StoredObject;
import io.github.drkit.testkit.VirtualTime;
import io.github.drkit.testkit.fake.InMemoryBackupTarget;
import io.github.drkit.testkit.fake.InMemoryJournal;
import io.github.drkit.testkit.fake.InMemoryPointStore;
import io.github.drkit.testkit.fake.InMemoryTables;
import io.github.drkit.testkit.fake.KeyRing;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Three days of backups, made once by the production classes and laid into each world anew. */
final class Past {

    static final TargetId BANK = TargetId.of("bank");
    static final Instant FIRING = Instant.parse("2026-11-22T02:00:00Z");

    private final KeyRing keys = KeyRing.fresh();
    private final InMemoryTables tables =
            new InMemoryTables().add("bank", "client", "Ada").add("bank", "loan", "1000");
    private final List<Laid> objects = new ArrayList<>();

    static Past made() throws InterruptedException {
        Past past = new Past();
        VirtualTime time = VirtualTime.startingAt(FIRING);
        InMemoryPointStore store = InMemoryPointStore.on(time);
        AtomicInteger ids = new AtomicInteger();
        InMemoryJournal journal = new InMemoryJournal();
        InMemoryBackupTarget target = new InMemoryBackupTarget("bank", past.tables, store, past.keys, journal);
        DisasterRecovery dr = DisasterRecovery.builder(journal)
                .time(time)
                .ids(() -> "past" + ids.incrementAndGet())
                .build();
        for (int day = 3; day >= 1; day--) {
            Instant firing = FIRING.minus(Duration.ofDays(day));
            time.jumpTo(firing.plusSeconds(5));
            dr.execute(dr.plan(target, BackupRequest.scheduledFor(firing)), target);
        }
        for (StoredObject object : store.list("").objects()) {
            past.objects.add(new Laid(
                    object.key(), store.find(ObjectKey.of(object.key())).orElseThrow(), object.modified()));
        }
        return past;
    }

    KeyRing keys() {
        return keys;
    }

    InMemoryTables tables() {
        return tables;
    }

    InMemoryPointStore store(VirtualTime time) {
        Instant now = time.now();
        InMemoryPointStore store = InMemoryPointStore.on(time);
        for (Laid object : objects) {
            time.jumpTo(object.modified());
            store.overwrite(object.key(), object.content());
        }
        time.jumpTo(now);
        return store;
    }

    PointCatalog catalog(io.github.drkit.store.PointStore store) {
        return PointCatalog.of(store, BANK, keys.trusted());
    }

    private record Laid(String key, byte[] content, Instant modified) {}
}
