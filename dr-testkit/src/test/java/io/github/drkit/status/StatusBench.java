package io.github.drkit.status;

import io.github.drkit.objective.Objectives;
import io.github.drkit.schedule.Schedule;
import io.github.drkit.testkit.VirtualTime;
import io.github.drkit.testkit.fake.InMemoryJournal;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneOffset;

/** A bank, its journal and a clock that stands at noon of 10 March 2026, a Tuesday. */
final class StatusBench {

    static final Schedule NIGHTLY = Schedule.dailyAt(LocalTime.of(2, 0), ZoneOffset.UTC);

    /** Room for the interval of a day, an hour of backup and a check. */
    static final Objectives ROOMY = new Objectives("test", Duration.ofHours(4), Duration.ofHours(30));

    final VirtualTime time = VirtualTime.startingAt("2026-03-10T12:00:00Z");
    final InMemoryJournal journal = new InMemoryJournal();
    final WrittenRuns runs = new WrittenRuns(journal);
    final ListedTarget bank = new ListedTarget("bank");

    ComponentStatus status() {
        return status(protection(ROOMY));
    }

    ComponentStatus status(Protection.Builder protection) {
        return platform(protection).status().components().get(0);
    }

    Platform platform(Protection.Builder protection) {
        return Platform.builder(journal).time(time).protect(protection.build()).build();
    }

    Protection.Builder protection(Objectives objectives) {
        return Protection.builder("bank", bank, objectives).schedule(NIGHTLY);
    }
}
