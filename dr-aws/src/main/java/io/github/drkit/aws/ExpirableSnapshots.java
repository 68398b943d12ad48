package io.github.drkit.aws;

import io.github.drkit.Catalog;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.RunId;
import io.github.drkit.TargetId;
import io.github.drkit.aws.Snapshots.Found;
import io.github.drkit.catalog.ExpiryMark;
import io.github.drkit.catalog.ExpiryMark.State;
import io.github.drkit.catalog.PointMarks;
import io.github.drkit.catalog.Removal;
import io.github.drkit.error.NotFoundException;
import io.github.drkit.error.OutcomeUnknownException;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.error.TargetUnavailableException;
import io.github.drkit.expiry.ExpirablePoints;
import io.github.drkit.expiry.Stock;
import io.github.drkit.retention.Hold;
import io.github.drkit.retention.Inventory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.rds.model.DBInstance;
import software.amazon.awssdk.services.rds.model.DBSnapshot;

/**
 * The snapshots of one region that DR Kit made for one target: nothing else is looked at, counted or deleted. Copies lie in regions of
 * their own and are decided upon there, so that a copy never makes its original dispensable.
 */
final class ExpirableSnapshots implements ExpirablePoints {

    /** A snapshot that was deleted is gone at once in most cases; RDS answers some questions from an older state. */
    private static final Duration GONE_WITHIN = Duration.ofMinutes(5);

    private static final Duration EVERY = Duration.ofSeconds(10);

    private final TargetOptions options;
    private final MarkPlace place;
    private final Rds rds;

    ExpirableSnapshots(TargetOptions options, MarkPlace place, Rds rds) {
        this.options = options;
        this.place = place;
        this.rds = rds;
    }

    @Override
    public TargetId target() {
        return options.id();
    }

    @Override
    public String readiness() {
        List<String> lacking = place.marks().lacking();
        return lacking.isEmpty() ? READY : String.join(", and ", lacking);
    }

    @Override
    public Stock look(Instant now, Duration rpo) {
        List<Found> ours = ours(rds);
        Catalog seen = options.snapshots().catalog(Optional.empty(), ours, List.of());
        List<RecoveryPoint> points = options.judged(seen.points(), ours);
        List<ExpiryMark> marks = standing(ours).stream()
                .filter(mark -> mark.state() != State.KEPT)
                .toList();
        Set<RecoveryPointId> marked = marks.stream().map(ExpiryMark::point).collect(Collectors.toSet());
        Predicate<RecoveryPoint> going = point -> marked.contains(point.id());
        Catalog catalog = new Catalog(
                points.stream().filter(going.negate()).toList(),
                List.of(),
                seen.problems(),
                points.stream().filter(going).toList());
        return new Stock(
                Inventory.of(target(), catalog, now, rpo)
                        .withHolds(holds(ours))
                        .withStoreClock(place.marks().now()),
                marks);
    }

    @Override
    public ExpiryMark mark(RecoveryPointId point, RunId by) {
        Found found = ours(rds).stream()
                .filter(one -> one.point().equals(point))
                .findFirst()
                .orElseThrow(() -> new NotFoundException(
                        AwsErrors.MISSING,
                        "Cannot mark recovery point '" + point + "' as going: DR Kit made no snapshot of that id in "
                                + rds.region() + " but it must exist",
                        "Who deleted it, or changed its tags? Plan again"));
        return place.marks().mark(point, found.identity(), by, place.key());
    }

    @Override
    public ExpiryMark answer(ExpiryMark mark, State answer, RunId by, String why) {
        return place.marks().answer(mark, answer, by, why, place.key());
    }

    /** The lost run may have been at work in any of the regions. */
    @Override
    public void fence(RunId lost, RunId by) {
        List<Found> everywhere = new ArrayList<>(ours(options.rds()));
        options.copies().forEach(copy -> everywhere.addAll(ours(copy.region().rds())));
        for (ExpiryMark mark : standing(everywhere)) {
            if (mark.state() == State.GOING && mark.run().equals(lost)) {
                answer(mark, State.KEPT, by, "run '" + lost + "' lost its lease to run '" + by + "'");
            }
        }
    }

    @Override
    public Removal remove(ExpiryMark mark, RunId by) {
        if (mark.state() != State.GONE) {
            throw new IllegalArgumentException(
                    "Cannot delete snapshot '" + mark.point() + "': it is " + mark.state() + " but must be GONE");
        }
        Optional<String> name = all(rds).stream()
                .filter(found -> found.point().equals(mark.point()))
                .map(found -> found.snapshot().dbSnapshotIdentifier())
                .findFirst();
        return name.map(id -> remove(id, PointMarks.identity(mark))).orElseGet(() -> new Removal(0, List.of()));
    }

    @Override
    public List<String> deletion(RecoveryPointId point) {
        String where = ".in." + rds.region();
        String name = point.value().endsWith(where)
                ? point.value().substring(0, point.value().length() - where.length())
                : point.value();
        // Names of ours have no dot; an id with one was cut to its length and does not tell the name.
        return name.indexOf('.') < 0
                ? List.of("aws rds delete-db-snapshot --region " + rds.region() + " --db-snapshot-identifier " + name)
                : List.of();
    }

    private Removal remove(String name, String identity) {
        // The last look: RDS has no conditional delete, so what speaks against it is asked for right before.
        Optional<DBSnapshot> last = rds.findSnapshot(name).filter(same(identity));
        if (last.isEmpty()) {
            return new Removal(0, List.of());
        }
        Optional<String> against = Made.against(last.get(), target());
        if (against.isPresent()) {
            return left(name, against.get());
        }
        Optional<OutcomeUnknownException> lost = Optional.empty();
        try {
            rds.deleteSnapshot(name);
        } catch (OutcomeUnknownException noAnswer) {
            lost = Optional.of(noAnswer); // settled by looking
        } catch (NotFoundException quicker) {
            // Somebody else deleted it; seen below.
        } catch (RequestRefusedException refused) {
            if (!AwsErrors.is(refused, AwsErrors.STATE)) {
                throw refused;
            }
            return left(name, refused.problem());
        }
        Optional<DBSnapshot> still = seenAfter(name, identity);
        if (still.isEmpty()) {
            return new Removal(Snapshots.bytes(last.get()), List.of());
        }
        if (lost.isPresent()) {
            throw lost.get();
        }
        return left(
                name, "RDS took the order and still shows it as " + still.get().status());
    }

    private Optional<DBSnapshot> seenAfter(String name, String identity) {
        try {
            return rds.untilNot(() -> rds.findSnapshot(name).filter(same(identity)), GONE_WITHIN, EVERY);
        } catch (TargetUnavailableException away) {
            throw new OutcomeUnknownException(
                    "DRK-RDS-008",
                    "Cannot tell whether snapshot '" + name
                            + "' was deleted: RDS was told to and then not reached but an" + " answer is required",
                    "Resume the run; it looks first",
                    away);
        }
    }

    private static Removal left(String name, String why) {
        return new Removal(0, List.of("snapshot " + name + ": " + why));
    }

    private static Predicate<DBSnapshot> same(String identity) {
        return snapshot -> Snapshots.identity(snapshot).equals(identity);
    }

    private List<Found> all(Rds where) {
        Optional<DBInstance> live = options.rds().find(options.instance());
        return options.snapshots().in(where, live);
    }

    private List<Found> ours(Rds where) {
        return all(where).stream()
                .filter(found -> Made.byUs(found.snapshot(), target()))
                .filter(found ->
                        InstanceStatus.AVAILABLE.equals(found.snapshot().status()))
                .toList();
    }

    private List<ExpiryMark> standing(List<Found> found) {
        return place.marks().standing(Snapshots.identities(found));
    }

    private static List<Hold> holds(List<Found> found) {
        List<Hold> holds = new ArrayList<>();
        for (Found one : found) {
            Made.hold(one.snapshot())
                    .ifPresent(why -> holds.add(new Hold(
                            one.point(),
                            "tag " + RdsTags.HOLD + " at the earliest", // RDS does not tell when
                            why,
                            Snapshots.consistencyTime(one.snapshot()).orElse(Instant.EPOCH))));
        }
        return holds;
    }
}
