package io.github.drkit.minio.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.Catalog;
import io.github.drkit.Outcome;
import io.github.drkit.Plan;
import io.github.drkit.Proof;
import io.github.drkit.RecoveryPoint;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.RestoreDestination;
import io.github.drkit.RestoreDestination.Isolation;
import io.github.drkit.RestoreRequest;
import io.github.drkit.RestoreRequest.Selection;
import io.github.drkit.TimeSource;
import io.github.drkit.VerifyRequest;
import io.github.drkit.catalog.Manifest;
import io.github.drkit.error.DrException;
import io.github.drkit.report.RunReport;
import io.github.drkit.store.StoredObject;
import io.github.drkit.store.StoredStream;
import io.github.drkit.testkit.postgres.LocalPostgres;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Flips single bits of a real, encrypted point: 70 in its data, 15 in its manifest and 15 in its verdict. {@code
 * -Ddrkit.seed=...} repeats the places.
 */
@Timeout(900)
class BitFlipIT {

    private static final int IN_DATA = 70;
    private static final int IN_EACH_DOCUMENT = 15;
    private static final int RESTORED_TOO = 7;

    private static LocalPostgres postgres;
    private static EncryptedStore bucket;
    private static Bench bench;
    private static PostgresDumps target;

    @BeforeAll
    static void prepare(@TempDir Path folder) throws Exception {
        postgres = LocalPostgres.beginOrSkip();
        bucket = new EncryptedStore();
        bench = new Bench(postgres, folder, bucket.store());
        bench.bank("fineract");
        target = bench.target(bench.server(), "fineract")
                .encryption(bucket.encryption())
                .verification(bench.prover(), bucket.identities())
                .build();
    }

    @AfterAll
    static void end() {
        if (bucket != null) {
            bucket.close();
        }
        if (postgres != null) {
            postgres.close();
        }
    }

    @Test
    void oneFlippedBitIsFoundWhereverItLies() throws Exception {
        long seed = Long.getLong("drkit.seed", TimeSource.system().elapsedNanos());
        System.out.println("Places of the flipped bits: -Ddrkit.seed=" + seed);
        Random random = new Random(seed);
        RecoveryPointId id = bench.backUp(target);

        int found = 0;
        for (int i = 0; i < IN_DATA; i++) {
            found += inData(id, random, i % RESTORED_TOO == 0) ? 1 : 0;
        }
        assertThat(verify(id).outcome()).as("nothing is flipped any more").isEqualTo(Outcome.SUCCEEDED);
        assertThat(proof(id).level()).isEqualTo(Proof.Level.VERIFIED);
        for (int i = 0; i < IN_EACH_DOCUMENT; i++) {
            found += inManifest(id, random) ? 1 : 0;
            found += inVerdict(id, random) ? 1 : 0;
        }
        assertThat(proof(id).level()).as("nothing is flipped any more").isEqualTo(Proof.Level.VERIFIED);

        int flipped = IN_DATA + 2 * IN_EACH_DOCUMENT;
        System.out.printf(
                "flipped bits found: %d of %d (%d in data, %d in the manifest, %d in the verdict)%n",
                found, flipped, IN_DATA, IN_EACH_DOCUMENT, IN_EACH_DOCUMENT);
        assertThat(found).isEqualTo(flipped);
    }

    private static boolean inData(RecoveryPointId id, Random random, boolean restored) throws Exception {
        Manifest manifest = bench.points().load(id);
        Manifest.Content content =
                manifest.contents().get(random.nextInt(manifest.contents().size()));
        List<StoredStream.Segment> segments = content.stream().segments();
        StoredStream.Segment segment = segments.get(random.nextInt(segments.size()));
        Flip flip = Flip.in(segment.key().value(), random);
        try {
            RunReport report = verify(id);
            boolean failed = report.outcome() == Outcome.FAILED && proof(id).level() == Proof.Level.FAILED;
            forget(proofs(id));
            if (!failed) {
                System.out.println("Not found: " + flip + "\n" + Bench.said(report));
                return false;
            }
            return !restored || refusesToRestore(id, content);
        } finally {
            flip.back();
        }
    }

    /** Globals are no part of a restore where no role is missing; whatever is read has to be whole. */
    private static boolean refusesToRestore(RecoveryPointId id, Manifest.Content content) throws Exception {
        if (content.kind().equals(Contents.GLOBALS)) {
            return true;
        }
        PostgresDumpRestore strategy = PostgresDumpRestore.builder(Bench.BANK, bench.server(), bench.store())
                .trusted(bench.trusted())
                .identities(bucket.identities())
                .build();
        RestoreRequest request = RestoreRequest.of(
                Selection.point(id),
                new RestoreDestination(strategy.place(), Map.of("fineract", "copy"), Isolation.BESIDE_ORIGINAL));
        boolean refused;
        try {
            Plan plan = bench.engine().plan(strategy, request);
            refused = bench.engine().execute(plan, strategy).outcome() == Outcome.FAILED;
        } catch (DrException e) {
            refused = true;
        }
        boolean there = !bench.ask("postgres", "SELECT count(*) FROM pg_database WHERE datname = 'copy'")
                .equals("0");
        bench.drop("copy");
        return refused && !there;
    }

    private static boolean inManifest(RecoveryPointId id, Random random) {
        String key = place(id) + "manifest.json";
        Flip flip = Flip.in(key, random);
        try {
            Catalog catalog = target.list();
            boolean named = catalog.problems().stream()
                    .anyMatch(problem -> problem.where().equals(key));
            if (!named || catalog.find(id).isPresent()) {
                System.out.println("Not found: " + flip);
                return false;
            }
            assertThatThrownBy(() -> bench.points().load(id))
                    .as(flip.toString())
                    .isInstanceOf(DrException.class);
            return true;
        } finally {
            flip.back();
        }
    }

    private static boolean inVerdict(RecoveryPointId id, Random random) {
        String key = proofs(id).get(0).key();
        Flip flip = Flip.in(key, random);
        try {
            RecoveryPoint point = target.list().find(id).orElseThrow();
            boolean named = point.remarks().stream().anyMatch(remark -> remark.startsWith("ignored " + key));
            if (!named || point.proof().level() != Proof.Level.UNPROVEN) {
                System.out.println("Not found: " + flip);
                return false;
            }
            return true;
        } finally {
            flip.back();
        }
    }

    private static RunReport verify(RecoveryPointId id) throws InterruptedException {
        return bench.run(target, new VerifyRequest(id));
    }

    private static Proof proof(RecoveryPointId id) {
        return target.list().find(id).orElseThrow().proof();
    }

    private static String place(RecoveryPointId id) {
        return bench.points().place(id) + "/";
    }

    private static List<StoredObject> proofs(RecoveryPointId id) {
        return bench.store().list(place(id) + "proofs/").objects();
    }

    /** The next flip is found by itself, not by the verdict on this one. */
    private static void forget(List<StoredObject> verdicts) {
        verdicts.forEach(bench.store()::delete);
    }

    private record Flip(String key, long bit) {

        static Flip in(String key, Random random) {
            long bits = 8L * bucket.server().content(EncryptedStore.BUCKET, key).length;
            Flip flip = new Flip(key, (long) (random.nextDouble() * bits));
            flip.back();
            return flip;
        }

        void back() {
            bucket.server().flip(EncryptedStore.BUCKET, key, bit);
        }
    }
}
