package io.github.drkit.testkit.contract;

import io.github.drkit.RunId;
import io.github.drkit.error.IntegrityException;
import io.github.drkit.error.OutcomeUnknownException;
import io.github.drkit.journal.Journal;
import io.github.drkit.journal.JournalEntry;
import io.github.drkit.testkit.fake.InMemoryJournal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Journals that are wrong in one way each. */
class BrokenJournalTestCase extends JournalContract {

    @RegisterExtension
    private final BrokenBy broken = new BrokenBy();

    private final InMemoryJournal medium = new InMemoryJournal();
    private final List<JournalEntry> late = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger races = new AtomicInteger();

    @Override
    protected Journal journal() {
        return new Broken();
    }

    @Override
    protected void damage(RunId run, long sequence) {
        medium.lose(run, sequence);
    }

    private final class Broken implements Journal {

        @Override
        public void append(JournalEntry entry) {
            if (broken.is("JRN-005")) {
                // Kept back until the next one comes.
                if (!late.isEmpty()) {
                    medium.append(late.remove(0));
                }
                late.add(entry);
                return;
            }
            try {
                medium.append(broken.is("JRN-001") ? shortened(entry) : entry);
            } catch (OutcomeUnknownException taken) {
                if (broken.is("JRN-003")) {
                    return;
                }
                if (broken.is("JRN-004") && races.incrementAndGet() > 1) {
                    return;
                }
                throw taken;
            }
        }

        @Override
        public List<JournalEntry> entries(RunId run) {
            if (broken.is("JRN-002") && medium.entries(run).isEmpty()) {
                return medium.runs().stream()
                        .flatMap(other -> medium.entries(other).stream())
                        .toList();
            }
            if (broken.is("JRN-008")) {
                return medium.runs().stream()
                        .filter(other -> other.value().startsWith(run.value()))
                        .flatMap(other -> medium.entries(other).stream())
                        .toList();
            }
            try {
                return medium.entries(run);
            } catch (IntegrityException hole) {
                if (broken.is("JRN-006")) {
                    return List.of();
                }
                throw hole;
            }
        }

        @Override
        public List<RunId> runs() {
            Stream<RunId> runs = medium.runs().stream();
            if (broken.is("JRN-007")) {
                runs = medium.runs().stream()
                        .sorted(Collections.reverseOrder((a, b) -> a.value().compareTo(b.value())));
            }
            if (broken.is("JRN-009")) {
                runs = runs.filter(run -> whole(run).isPresent());
            }
            return runs.toList();
        }

        private Optional<List<JournalEntry>> whole(RunId run) {
            try {
                return Optional.of(medium.entries(run));
            } catch (IntegrityException hole) {
                return Optional.empty();
            }
        }

        private JournalEntry shortened(JournalEntry entry) {
            return new JournalEntry(
                    entry.run(),
                    entry.sequence(),
                    entry.at().truncatedTo(java.time.temporal.ChronoUnit.MILLIS),
                    entry.kind(),
                    entry.step(),
                    entry.attempt(),
                    entry.outcome(),
                    entry.text(),
                    entry.facts());
        }
    }
}
