package io.github.drkit.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.RunId;
import io.github.drkit.error.OutcomeUnknownException;
import io.github.drkit.lease.Lease;
import io.github.drkit.lease.Leases;
import io.github.drkit.lease.Tenure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What all {@link Leases} must do: the rules LSE of {@code docs/contract.md}. */
@ExtendWith(NamesTheRule.class)
public abstract class LeaseContract {

    /** How long the leases of a test are held without a renewal. */
    protected static final Duration TERM = Duration.ofMinutes(5);

    private static final String BANK = "bank";
    private static final RunId FIRST = RunId.of("run-1");
    private static final RunId SECOND = RunId.of("run-2");
    private static final RunId THIRD = RunId.of("run-3");

    /** For subclasses, which need nothing passed in. */
    protected LeaseContract() {}

    /**
     * Opens the leases, with {@link #TERM}. No lease is held when a test begins; each further call in the same test opens
     * the same medium again, as another process would where the medium is shared by processes.
     *
     * @return the leases
     * @throws Exception whatever opening throws; the test fails
     */
    protected abstract Leases leases() throws Exception;

    /**
     * Lets time pass, for the medium and for every holder.
     *
     * @param duration how much
     * @throws Exception whatever doing so throws; the test fails
     */
    protected abstract void pass(Duration duration) throws Exception;

    @Test
    @DisplayName("LSE-001 a lease that is held is given to nobody else, and a free one is")
    void oneHolder() throws Exception {
        Tenure mine = taken(BANK, FIRST).tenure();

        assertThat(mine.lease()).isEqualTo(BANK);
        assertThat(mine.holder()).isEqualTo(FIRST);
        assertThat(mine.term()).isEqualTo(TERM);
        assertThat(leases().acquire(BANK, SECOND))
                .as("what a second run is given while the first holds it")
                .isEmpty();
    }

    @Test
    @DisplayName("LSE-002 of many that race for a free lease one wins")
    void oneWinner() throws Exception {
        int racers = 8;
        ExecutorService threads = Executors.newFixedThreadPool(racers);
        try {
            for (int round = 1; round <= 20; round++) {
                String lease = "race-" + round;
                List<Callable<Optional<Lease>>> race = new ArrayList<>();
                for (int racer = 0; racer < racers; racer++) {
                    RunId run = RunId.of("racer-" + racer);
                    Leases leases = leases();
                    race.add(() -> leases.acquire(lease, run));
                }
                List<Lease> winners = new ArrayList<>();
                for (Future<Optional<Lease>> end : threads.invokeAll(race)) {
                    end.get().ifPresent(winners::add);
                }
                assertThat(winners).as("winners of round %s", round).hasSize(1);
                winners.get(0).renew();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    @DisplayName("LSE-003 tokens only grow, however the lease before ended")
    void tokensGrow() throws Exception {
        List<Long> tokens = new ArrayList<>();
        for (int round = 0; round < 3; round++) {
            Lease released = taken(BANK, FIRST);
            tokens.add(released.tenure().token());
            released.renew();
            released.release();
            Lease abandoned = taken(BANK, SECOND);
            tokens.add(abandoned.tenure().token());
            abandoned.abandon();
            tokens.add(taken(BANK, THIRD).tenure().token());
            pass(TERM.plusSeconds(5));
        }

        assertThat(tokens).as("tokens in the order they were given").isSorted().doesNotHaveDuplicates();
    }

    @Test
    @DisplayName("LSE-004 a holder that renews in time keeps the lease")
    void renewingKeeps() throws Exception {
        Lease mine = taken(BANK, FIRST);
        for (int round = 0; round < 4; round++) {
            pass(TERM.minusSeconds(30));
            mine.renew();
            assertThat(leases().acquire(BANK, SECOND))
                    .as("what another is given after renewal %s", round)
                    .isEmpty();
        }
    }

    @Test
    @DisplayName("LSE-005 a lease that was not renewed for its term is given to the next, and not before")
    void expiry() throws Exception {
        taken(BANK, FIRST);
        pass(TERM.minusSeconds(30));
        assertThat(leases().acquire(BANK, SECOND))
                .as("what another is given 30 seconds before the term is over")
                .isEmpty();
        pass(Duration.ofSeconds(40));

        assertThat(taken(BANK, SECOND).tenure().holder()).isEqualTo(SECOND);
    }

    @Test
    @DisplayName("LSE-006 a holder whose lease was taken is told so at each renewal")
    void lossIsTold() throws Exception {
        Lease late = taken(BANK, FIRST);
        pass(TERM.plusSeconds(5));
        Lease now = taken(BANK, SECOND);

        for (int round = 0; round < 2; round++) {
            assertThatThrownBy(late::renew)
                    .as("renewal %s by a holder that lost the lease", round)
                    .isInstanceOf(OutcomeUnknownException.class)
                    .hasMessageContaining("DRK-LEASE-001")
                    .hasMessageContaining(BANK);
        }
        now.renew();
        now.release();
        assertThatThrownBy(late::renew)
                .as("a renewal after the one who took it has gone")
                .isInstanceOf(OutcomeUnknownException.class);
    }

    @Test
    @DisplayName("LSE-007 nobody gives up another's lease")
    void anothersLeaseStays() throws Exception {
        Lease late = taken(BANK, FIRST);
        Lease later = taken("other", FIRST);
        pass(TERM.plusSeconds(5));
        Lease now = taken(BANK, SECOND);
        taken("other", SECOND);

        late.release();
        later.abandon();

        assertThat(leases().acquire(BANK, THIRD)).as("what a third is given").isEmpty();
        assertThat(leases().acquire("other", THIRD)).as("what a third is given").isEmpty();
        now.renew();
    }

    @Test
    @DisplayName("LSE-008 a lease that was given up is free at once, and stays given up")
    void givenUp() throws Exception {
        Lease released = taken(BANK, FIRST);
        released.release();
        released.release();
        released.abandon();
        assertThatThrownBy(released::renew)
                .as("renewing what was given up")
                .isInstanceOf(OutcomeUnknownException.class);
        Lease abandoned = taken(BANK, SECOND);
        assertThat(abandoned.inherited()).as("what a run that released leaves").isEmpty();
        abandoned.abandon();

        taken(BANK, THIRD).renew();
    }

    @Test
    @DisplayName("LSE-009 who lost or abandoned the lease is inherited by each next holder until it is settled")
    void inheritance() throws Exception {
        taken(BANK, FIRST);
        pass(TERM.plusSeconds(5));
        Lease died = taken(BANK, SECOND);
        assertThat(died.inherited()).containsExactly(FIRST);
        died.renew();
        pass(TERM.plusSeconds(5));
        Lease third = taken(BANK, THIRD);
        assertThat(third.inherited())
                .as("what is inherited from one that died before it settled")
                .containsExactlyInAnyOrder(FIRST, SECOND);
        third.abandon();
        Lease settles = taken(BANK, FIRST);
        assertThat(settles.inherited()).as("never oneself").containsExactlyInAnyOrder(SECOND, THIRD);

        settles.settle();

        assertThat(settles.inherited()).isEmpty();
        settles.renew();
        settles.release();
        assertThat(taken(BANK, SECOND).inherited()).as("after all was settled").isEmpty();
    }

    @Test
    @DisplayName("LSE-010 giving up without having settled passes on what was inherited")
    void unsettledIsPassedOn() throws Exception {
        taken(BANK, FIRST);
        pass(TERM.plusSeconds(5));
        taken(BANK, SECOND).release();

        assertThat(taken(BANK, THIRD).inherited()).containsExactly(FIRST);
    }

    @Test
    @DisplayName("LSE-011 a lease that ran out and that nobody took is renewed")
    void nobodyElseWantedIt() throws Exception {
        Lease mine = taken(BANK, FIRST);
        pass(TERM.multipliedBy(3));

        mine.renew();

        assertThat(leases().acquire(BANK, SECOND))
                .as("what another is given after the renewal")
                .isEmpty();
    }

    @Test
    @DisplayName("LSE-012 looking tells who holds a lease, and changes nothing")
    void looking() throws Exception {
        assertThat(leases().find(BANK)).isEmpty();
        Lease mine = taken(BANK, FIRST);
        mine.renew();

        assertThat(leases().find(BANK)).contains(mine.tenure());
        assertThat(leases().find(BANK)).contains(mine.tenure());

        pass(TERM.plusSeconds(5));
        assertThat(leases().find(BANK)).as("the holder after the term").isEmpty();
        mine.renew();
        mine.release();
        assertThat(leases().find(BANK)).as("the holder after it gave up").isEmpty();
    }

    @Test
    @DisplayName("LSE-013 leases of different names do not disturb each other, whatever the names")
    void namesAreApart() throws Exception {
        List<String> names =
                List.of("bank", "bank-2", "ban", "Bank", "bank/1", "bank.json", "..", "b\u00e4nk \uD83D\uDE80");
        for (String name : names) {
            taken(name, FIRST);
        }
        for (String name : names) {
            assertThat(leases().acquire(name, SECOND))
                    .as("what another is given of '%s'", name)
                    .isEmpty();
        }
        assertThatThrownBy(() -> leases().acquire("", FIRST)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> leases().find("n".repeat(101))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @DisplayName("LSE-014 a run that holds a lease is not given it a second time")
    void notTwice() throws Exception {
        taken(BANK, FIRST);

        assertThat(leases().acquire(BANK, FIRST))
                .as("what the same run is given in another process")
                .isEmpty();
    }

    private Lease taken(String lease, RunId run) throws Exception {
        Optional<Lease> taken = leases().acquire(lease, run);
        assertThat(taken).as("what run %s is given of a free lease", run).isPresent();
        return taken.orElseThrow();
    }
}
