package io.github.drkit.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.RunId;
import io.github.drkit.error.IntegrityException;
import io.github.drkit.error.OutcomeUnknownException;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.error.TargetUnavailableException;
import io.github.drkit.store.ObjectKey;
import io.github.drkit.store.PointStore;
import io.github.drkit.store.StoreAbilities;
import io.github.drkit.store.StoredObject;
import io.github.drkit.testkit.VirtualTime;
import io.github.drkit.testkit.fake.FaultScript;
import io.github.drkit.testkit.fake.FaultScript.Call;
import io.github.drkit.testkit.fake.FaultScript.Fault;
import io.github.drkit.testkit.fake.InMemoryPointStore;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StoreLeasesTest {

    private static final Duration TERM = Duration.ofMinutes(5);
    private static final RunId FIRST = RunId.of("run-1");
    private static final RunId SECOND = RunId.of("run-2");

    private final VirtualTime time = VirtualTime.startingAt("2026-11-22T02:00:00Z");
    private final FaultScript faults = new FaultScript();
    private final InMemoryPointStore store = InMemoryPointStore.on(time, faults, 1 << 20);
    private final Leases leases = StoreLeases.in(store, TERM);

    @Test
    void anEntryStandsInTheStoreAsThePageSays() {
        Leases named = StoreLeases.in(store, TERM, () -> "w1");
        Lease lease = named.acquire("bank/1", FIRST).orElseThrow();
        assertThat(lease).hasToString("lease 'bank/1' held by run 'run-1' with token 1");
        lease.abandon();

        assertThat(keys()).containsExactly("leases/bank.2f1/000000000001.json", "leases/bank.2f1/000000000002.json");
        assertThat(text("leases/bank.2f1/000000000002.json"))
                .isEqualTo(
                        "{\"holder\":\"run-1\",\"kind\":\"RELEASED\",\"lease\":\"bank/1\",\"owed\":{\"run-1\":true},"
                                + "\"schema\":\"drkit-lease/1\",\"sequence\":2,\"termSeconds\":300,\"token\":1,\"writer\":\"w1\"}");
    }

    @Test
    void theTokenIsTheNumberOfTheEntryAndOldEntriesAreRemoved() {
        Lease first = taken(FIRST);
        first.renew();
        first.renew();
        first.release();
        assertThat(keys()).hasSize(4);

        Lease second = taken(SECOND);

        assertThat(second.tenure().token()).isEqualTo(5);
        assertThat(keys()).containsExactly("leases/bank/000000000005.json");
        assertThat(second.inherited()).isEmpty();
    }

    @Test
    void whoSleptAndCreatesANumberThatWasRemovedHasLost() {
        Lease late = taken(FIRST);
        time.advance(TERM.plusSeconds(1));
        taken(SECOND).release();
        taken(SECOND).release();
        taken(SECOND);
        assertThat(keys())
                .as("the number after the first's is free again")
                .doesNotContain("leases/bank/000000000002.json");

        assertThatThrownBy(late::renew)
                .isInstanceOf(OutcomeUnknownException.class)
                .hasMessage(
                        "Cannot go on under lease 'bank' held by run 'run-1' with token 1: another run has taken it in"
                                + " memory://store but it must be held\nHint: Was this process asleep for longer than PT5M? Nothing"
                                + " was cleaned up; look at the run [DRK-LEASE-001]");
        late.release();
        assertThat(leases.find("bank").map(Tenure::holder)).contains(SECOND);
    }

    @Test
    void theTermIsOverAfterItAndNotAtIt() {
        taken(FIRST);
        time.advance(TERM);
        assertThat(leases.acquire("bank", SECOND)).isEmpty();
        time.advance(Duration.ofMillis(1));
        assertThat(leases.acquire("bank", SECOND)).isPresent();
    }

    @Test
    void theTermIsTheHoldersAndNotTheContenders() {
        assertThat(StoreLeases.in(store, Duration.ofHours(1)).acquire("bank", FIRST))
                .isPresent();
        time.advance(TERM.multipliedBy(3));

        assertThat(leases.acquire("bank", SECOND)).isEmpty();
        assertThat(leases.find("bank").map(Tenure::term)).contains(Duration.ofHours(1));
    }

    @Test
    void anAnswerLostAfterTheWriteIsSettledByLooking() {
        faults.at(Call.CREATE, 1, Fault.LOSE_ANSWER);
        Lease lease = taken(FIRST);
        faults.at(Call.CREATE, 1, Fault.LOSE_ANSWER);
        lease.renew();
        faults.at(Call.CREATE, 1, Fault.LOSE_ANSWER);
        lease.release();

        assertThat(taken(SECOND).inherited()).isEmpty();
    }

    @Test
    void anEntryOfOnesOwnWhoseAnswerWasLostIsNotTakenForAnothers() {
        Lease lease = taken(FIRST);
        faults.at(Call.CREATE, 1, Fault.LOSE_ANSWER).at(Call.FIND, 1, Fault.FAIL);
        assertThatThrownBy(lease::renew).isInstanceOf(TargetUnavailableException.class);

        lease.renew();
        faults.at(Call.CREATE, 1, Fault.LOSE_ANSWER).at(Call.FIND, 1, Fault.FAIL);
        assertThatThrownBy(lease::renew).isInstanceOf(TargetUnavailableException.class);
        lease.release();

        assertThat(leases.acquire("bank", SECOND)).as("free after the release").isPresent();
        assertThatThrownBy(lease::renew)
                .isInstanceOf(OutcomeUnknownException.class)
                .hasMessageContaining("DRK-LEASE-001");
    }

    @Test
    void anAnswerLostBeforeTheWriteIsUnknownAndNotLoss() {
        faults.at(Call.CREATE, 1, Fault.LOSE_REQUEST);
        assertThatThrownBy(() -> leases.acquire("bank", FIRST))
                .isInstanceOf(OutcomeUnknownException.class)
                .hasMessageContaining("DRK-FAKE-002");
        assertThat(keys()).isEmpty();
        Lease lease = taken(FIRST);
        faults.at(Call.CREATE, 1, Fault.LOSE_REQUEST);
        assertThatThrownBy(lease::renew)
                .isInstanceOf(OutcomeUnknownException.class)
                .hasMessageContaining("DRK-FAKE-002");

        lease.renew();
    }

    @Test
    void aReleaseThatWasNotAnsweredIsRepeated() {
        Lease lease = taken(FIRST);
        faults.at(Call.CREATE, 1, Fault.LOSE_REQUEST);
        assertThatThrownBy(lease::release).isInstanceOf(OutcomeUnknownException.class);
        assertThat(leases.acquire("bank", SECOND)).isEmpty();

        lease.release();

        assertThat(leases.acquire("bank", SECOND)).isPresent();
    }

    @Test
    void inheritanceStaysUntilSettlingWasWritten() {
        taken(FIRST);
        time.advance(TERM.plusSeconds(1));
        Lease second = taken(SECOND);
        faults.at(Call.CREATE, 1, Fault.LOSE_REQUEST);
        assertThatThrownBy(second::settle).isInstanceOf(OutcomeUnknownException.class);
        assertThat(second.inherited()).containsExactly(FIRST);

        second.settle();

        assertThat(second.inherited()).isEmpty();
    }

    @Test
    void entriesThatCannotBeRemovedAreLeftAndTheLeaseIsGivenAllTheSame() {
        taken(FIRST).release();
        faults.at(Call.DELETE, 1, Fault.FAIL);

        Lease second = taken(SECOND);

        assertThat(keys()).hasSize(3);
        second.release();
        taken(FIRST);
        assertThat(keys()).containsExactly("leases/bank/000000000005.json");
    }

    @Test
    void aDamagedLastEntryIsNamedAndNobodyIsGivenTheLease() {
        taken(FIRST).renew();
        store.overwrite("leases/bank/000000000002.json", "{}".getBytes(StandardCharsets.UTF_8));

        assertThatThrownBy(() -> leases.acquire("bank", SECOND))
                .isInstanceOf(IntegrityException.class)
                .hasMessage(
                        "Cannot read lease 'bank' in memory://store: its last entry 'leases/bank/000000000002.json' must"
                                + " be readable but it is no entry of that lease\nHint: Who wrote or removed it? When no run is"
                                + " alive, remove the entries of this lease [DRK-LEASE-003]");
        assertThatThrownBy(() -> leases.find("bank")).isInstanceOf(IntegrityException.class);
    }

    @Test
    void anEntryOfAnotherPlaceOrFormatOrTypeIsDamaged() {
        for (List<String> change : List.of(
                List.of("\"bank\"", "\"other\""),
                List.of("\"sequence\":1", "\"sequence\":2"),
                List.of("drkit-lease/1", "drkit-lease/2"),
                List.of("\"token\":1", "\"token\":\"1\""),
                List.of("ACQUIRED", "TAKEN"),
                List.of("\"token\":1,", ""))) {
            store.list("").objects().forEach(store::delete);
            taken(FIRST);
            String key = "leases/bank/000000000001.json";
            String changed = text(key).replace(change.get(0), change.get(1));
            assertThat(changed).isNotEqualTo(text(key));
            store.overwrite(key, changed.getBytes(StandardCharsets.UTF_8));

            assertThatThrownBy(() -> leases.find("bank"))
                    .as("with %s for %s", change.get(1), change.get(0))
                    .isInstanceOf(IntegrityException.class);
        }
    }

    @Test
    void anEntryOfOnesOwnThatWasOverwrittenIsNotOnesOwn() {
        Lease lease = taken(FIRST);
        store.overwrite("leases/bank/000000000002.json", "x".getBytes(StandardCharsets.UTF_8));

        assertThatThrownBy(lease::renew).isInstanceOf(OutcomeUnknownException.class);
    }

    @Test
    void otherObjectsInTheFolderAreNoEntries() {
        store.overwrite("leases/bank/README", new byte[1]);
        store.overwrite("leases/bank/999999999999.json/x", new byte[1]);

        Lease lease = taken(FIRST);
        lease.renew();

        assertThat(lease.tenure().token()).isEqualTo(1);
    }

    @Test
    void anEntryRemovedBetweenListingAndReadingIsLookedForAgain() {
        Lease first = taken(FIRST);
        Lease second = StoreLeases.in(
                        between("find", () -> {
                            first.release();
                            taken(RunId.of("quicker")).release();
                        }),
                        TERM)
                .acquire("bank", SECOND)
                .orElseThrow();

        assertThat(second.tenure().token()).isEqualTo(5);
    }

    @Test
    void anEntryThatIsListedAndNeverFoundIsDamaged() {
        taken(FIRST);
        faults.forget();
        Leases blind = StoreLeases.in(
                (PointStore) Proxy.newProxyInstance(
                        getClass().getClassLoader(),
                        new Class<?>[] {PointStore.class},
                        (proxy, method, arguments) -> method.getName().equals("find")
                                ? java.util.Optional.empty()
                                : method.invoke(store, arguments)),
                TERM);

        assertThatThrownBy(() -> blind.find("bank"))
                .isInstanceOf(IntegrityException.class)
                .hasMessageContaining("it is listed and cannot be found");
    }

    @Test
    void whoIsQuickerBetweenLookingAndTakingWins() {
        Leases slow = StoreLeases.in(between("create", () -> taken(FIRST)), TERM);

        assertThat(slow.acquire("bank", SECOND)).isEmpty();
        assertThat(leases.find("bank").map(Tenure::holder)).contains(FIRST);
    }

    @Test
    void aStoreWithoutConditionalWritesKeepsNoLeases() {
        for (StoreAbilities.Ability missing :
                List.of(StoreAbilities.Ability.CONDITIONAL_CREATE, StoreAbilities.Ability.LIST_AFTER_WRITE)) {
            Set<StoreAbilities.Ability> shown = new java.util.HashSet<>(Set.of(StoreAbilities.Ability.values()));
            shown.remove(missing);
            PointStore lacking = (PointStore) Proxy.newProxyInstance(
                    getClass().getClassLoader(),
                    new Class<?>[] {PointStore.class},
                    (proxy, method, arguments) -> method.getName().equals("abilities")
                            ? new StoreAbilities(shown, List.of())
                            : method.invoke(store, arguments));

            assertThatThrownBy(() -> StoreLeases.in(lacking, TERM).acquire("bank", FIRST))
                    .isInstanceOf(RequestRefusedException.class)
                    .hasMessage("Cannot keep lease 'bank' in memory://store: the store was not seen to have " + missing
                            + " but a lock that trusts time alone is none\nHint: Use a store that honours conditional"
                            + " writes, or keep leases elsewhere [DRK-LEASE-002]");
        }
        assertThat(keys()).isEmpty();
    }

    @Test
    void aTermShorterThanAStoreCanTellIsRefused() {
        assertThatThrownBy(() -> StoreLeases.in(store, Duration.ofMillis(9_999)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Cannot keep leases for PT9.999S: expected 10 seconds or more, since stores tell whole seconds");
        assertThatThrownBy(() -> InProcessLeases.of(time, Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
        assertThat(StoreLeases.in(store, Duration.ofSeconds(10))).isNotNull();
    }

    @Test
    void namesHaveOneToSixtyCharacters() {
        assertThatThrownBy(() -> leases.acquire("", FIRST))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot keep lease '': expected a name of 1 to 100 characters");
        assertThatThrownBy(() -> leases.find("n".repeat(101))).isInstanceOf(IllegalArgumentException.class);
        assertThat(leases.acquire("n".repeat(100), FIRST)).isPresent();
    }

    @Test
    void withinOneProcessTheTermIsOverAfterItAndNotAtIt() {
        Leases near = InProcessLeases.of(time, TERM);
        Lease lease = near.acquire("bank", FIRST).orElseThrow();
        assertThat(lease).hasToString("lease 'bank' held by run 'run-1' with token 1");
        time.advance(TERM);
        assertThat(near.acquire("bank", SECOND)).isEmpty();
        time.jumpTo(Instant.parse("2036-01-01T00:00:00Z"));
        assertThat(near.acquire("bank", SECOND)).as("a wall clock that jumped").isEmpty();
        time.advance(Duration.ofNanos(1));

        assertThat(near.acquire("bank", SECOND).orElseThrow().inherited()).containsExactly(FIRST);
        assertThat(lease.inherited()).isEmpty();
        assertThatThrownBy(lease::settle)
                .isInstanceOf(OutcomeUnknownException.class)
                .hasMessageContaining("another run has taken it in this process");
    }

    /** The store, where something happens just before the first call of that name. */
    private PointStore between(String call, Runnable happens) {
        boolean[] happened = new boolean[1];
        return (PointStore) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {PointStore.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals(call) && !happened[0]) {
                        happened[0] = true;
                        happens.run();
                    }
                    return method.invoke(store, arguments);
                });
    }

    private Lease taken(RunId run) {
        return leases.acquire("bank", run).orElseThrow();
    }

    private List<String> keys() {
        return store.list("leases/").stream().map(StoredObject::key).toList();
    }

    private String text(String key) {
        return new String(store.find(ObjectKey.of(key)).orElseThrow(), StandardCharsets.UTF_8);
    }
}
