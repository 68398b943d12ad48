package io.github.drkit.minio.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.drkit.Catalog;
import io.github.drkit.CollectRequest;
import io.github.drkit.Outcome;
import io.github.drkit.Plan;
import io.github.drkit.Proof;
import io.github.drkit.RunId;
import io.github.drkit.TimeSource;
import io.github.drkit.engine.DisasterRecovery;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.journal.JournalEntry;
import io.github.drkit.journal.JournalEntry.Kind;
import io.github.drkit.journal.StoreJournal;
import io.github.drkit.postgres.Baseline;
import io.github.drkit.postgres.BaselineCapture;
import io.github.drkit.postgres.Depth;
import io.github.drkit.report.RunReport;
import io.github.drkit.store.IdentitySource;
import io.github.drkit.store.IntegrityIoException;
import io.github.drkit.store.PointStore;
import io.github.drkit.store.StoredStream;
import io.github.drkit.testkit.postgres.LocalPostgres;
import io.github.drkit.testkit.s3.FakeS3;
import java.io.BufferedReader;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills a process that backs up or restores, before and after every entry of its journal and at seeded-random moments,
 * and looks what is left. {@code -Ddrkit.kills=25} gives the number of random moments of each, and has it killed at every
 * entry; without it there are 3 of each, and a kill before or after every third or fourth entry. {@code -Ddrkit.seed=...}
 * repeats the moments.
 */
@Timeout(1800)
class KillIT {

    private static final String BUCKET = "bank";
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int BETWEEN = 3;
    private static final int SELDOM = 7;

    private static LocalPostgres postgres;
    private static FakeS3 s3;
    private static PointStore store;
    private static Path folder;
    private static Map<String, String> settings;
    private static Baseline original;

    private int kills;
    private int between;
    private int resumed;
    private int collected;
    private int removed;

    @BeforeAll
    static void prepare(@TempDir Path shared) throws Exception {
        postgres = LocalPostgres.beginOrSkip();
        folder = shared;
        s3 = FakeS3.begin(TimeSource.system()).bucket(BUCKET);
        KeyPair keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        settings = Map.of(
                "DRKIT_HOST", postgres.host(),
                "DRKIT_PORT", String.valueOf(postgres.port()),
                "DRKIT_USER", postgres.superuser(),
                "DRKIT_PASSWORD", postgres.password(),
                "DRKIT_ENDPOINT", s3.endpoint().toString(),
                "DRKIT_BUCKET", BUCKET,
                "DRKIT_ACCESS", s3.accessKey(),
                "DRKIT_SECRET", s3.secretKey(),
                "DRKIT_SIGNING_KEY", pem("PRIVATE", keys.getPrivate()),
                "DRKIT_PUBLIC_KEY", pem("PUBLIC", keys.getPublic()));
        store = new WatchedStore(new KilledProgram(settings).store());
        new Bench(postgres, shared).bank(KilledProgram.DATABASE);
        original = baseline(KilledProgram.DATABASE);
    }

    @AfterAll
    static void end() {
        if (store != null) {
            store.close();
        }
        if (s3 != null) {
            s3.close();
        }
        if (postgres != null) {
            postgres.close();
        }
    }

    @Test
    void aBackupKilledAtAnyMomentLeavesNoHalfPointAndIsResumedOrCollected() throws Exception {
        int entries = whole("back up");
        Random random = seeded("backup");
        for (Moment moment : boundaries(random, entries)) {
            backUpKilled(moment);
        }
        int boundaries = kills;
        // Some draws fall after the run's end, and are no kills.
        for (int draw = 0; kills - boundaries < number() && draw < 4 * number(); draw++) {
            backUpKilled(
                    kills - boundaries < BETWEEN
                            ? new Moment("manifest", random.nextInt(30))
                            : random(random, entries));
        }

        System.out.printf(
                "kills %d of a backup (%d at step boundaries, %d at random moments, %d between the last stored byte and"
                        + " the manifest): half points 0, originals changed 0, sessions left 0, resumed %d, collected %d%n",
                kills, boundaries, kills - boundaries, between, resumed, collected);
        assertThat(kills - boundaries).isEqualTo(number());
        assertThat(between).isGreaterThanOrEqualTo(BETWEEN);
        assertThat(resumed).isPositive();
        assertThat(collected).isPositive();
    }

    @Test
    void aRestoreKilledAtAnyMomentLeavesNoHalfDatabaseAndIsResumedOrCleanedUp() throws Exception {
        whole("back up");
        int entries = whole("restore");
        drop();
        Random random = seeded("restore");
        for (Moment moment : boundaries(random, entries)) {
            restoreKilled(moment);
        }
        int boundaries = kills;
        for (int draw = 0; kills - boundaries < number() && draw < 4 * number(); draw++) {
            restoreKilled(random(random, entries));
        }

        System.out.printf(
                "kills %d of a restore (%d at step boundaries, %d at random moments): half databases 0, originals"
                        + " changed 0, sessions left 0, resumed %d, cleaned up %d%n",
                kills, boundaries, kills - boundaries, resumed, removed);
        assertThat(kills - boundaries).isEqualTo(number());
        assertThat(resumed).isPositive();
        assertThat(removed).isPositive();
    }

    /**
     * Workers of {@code pg_restore -j} outlive the process that began them, and one that was still connecting is no session
     * that could be ended. It comes when the run has been resumed, and finds a database of the name it knows.
     */
    @Test
    void programsOfADeadRestoreThatConnectLateChangeNothing() throws Exception {
        drop();
        whole("back up");
        Path scratch = Files.createDirectories(folder.resolve("scratch"));
        try (HoldingRelay relay = HoldingRelay.to(postgres.host(), postgres.port(), "drkit-")) {
            Map<String, String> through = new HashMap<>(settings);
            through.put("DRKIT_PORT", String.valueOf(relay.port()));
            through.put("DRKIT_SCRATCH", scratch.toString());
            Process process = program(through, "restore", "never", scratch.toString());
            List<ProcessHandle> orphans;
            RunId run;
            try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
                run = RunId.of(lines.readLine().substring(KilledProgram.SAYS_RUN.length()));
                await("workers that connect", () -> relay.held() == 2);
                orphans = process.descendants().toList();
                process.destroyForcibly();
                process.waitFor();
            }
            assertThat(orphans).as("pg_restore and its workers").hasSizeGreaterThanOrEqualTo(3);

            String created = "SELECT count(*) FROM pg_stat_activity WHERE datname = 'copy' AND application_name = "
                    + Names.literal(Names.application(run));
            Future<?> late = Executors.newSingleThreadExecutor().submit(() -> {
                await("the resumed run's own pg_restore", () -> count(created) > 0);
                relay.letThrough();
                return run;
            });
            RunReport report = engine().resume(run, new KilledProgram(through).strategy(store));
            late.get();

            // It may fail, for two of them worked on one database; then nothing is left. Green is only what is whole.
            assertThat(report.outcome()).as(Bench.said(report)).isIn(Outcome.SUCCEEDED, Outcome.FAILED);
            System.out.println("late workers: the resumed restore ended " + report.outcome());
            await("the end of the orphans", () -> orphans.stream().noneMatch(ProcessHandle::isAlive));
            assertThat(copies()).isEqualTo(report.outcome() == Outcome.SUCCEEDED ? 1 : 0);
            if (report.outcome() == Outcome.SUCCEEDED) {
                assertThat(original.differences(baseline(KilledProgram.COPY))).isEmpty();
            }
            requireNoSession(run, "late workers");
            requireOriginal("late workers");
        } finally {
            drop();
        }
    }

    private static void await(String what, Callable<Boolean> reached) throws Exception {
        TimeSource time = TimeSource.system();
        long begin = time.elapsedNanos();
        while (!reached.call()) {
            assertThat(time.elapsedNanos() - begin)
                    .as("time waited for " + what)
                    .isLessThan(PATIENCE.toNanos());
            time.sleep(Duration.ofMillis(5));
        }
    }

    /** When to kill: where the program stops by itself, or some time after an entry was written. */
    private record Moment(String where, int millis) {

        boolean stops() {
            return !where.startsWith(KilledProgram.SAYS_WRITTEN);
        }
    }

    private record Killed(Optional<RunId> run, boolean inTime) {}

    private static int number() {
        return Integer.getInteger("drkit.kills", BETWEEN);
    }

    private static List<Moment> boundaries(Random random, int entries) {
        List<Moment> all = new ArrayList<>();
        for (int entry = 1; entry <= entries; entry++) {
            all.add(new Moment("before " + entry, 0));
            all.add(new Moment("after " + entry, 0));
        }
        int apart = Integer.getInteger("drkit.kills") == null ? SELDOM : 1;
        int first = random.nextInt(apart);
        return IntStream.range(0, all.size())
                .filter(index -> index % apart == first)
                .mapToObj(all::get)
                .toList();
    }

    private static Random seeded(String what) {
        long seed = Long.getLong("drkit.seed", TimeSource.system().elapsedNanos());
        System.out.println("Random moments of a " + what + ": -Ddrkit.seed=" + seed);
        return new Random(seed);
    }

    private static Moment random(Random random, int entries) {
        // Most of the time passes in few of the steps: the wait reaches over several entries.
        return new Moment(KilledProgram.SAYS_WRITTEN + (1 + random.nextInt(entries - 1)), random.nextInt(250));
    }

    /** One run nobody kills, to know how many entries it has. */
    private int whole(String kind) throws Exception {
        Killed done = kill(kind, new Moment("never", 0), "");
        assertThat(done.inTime()).isFalse();
        List<JournalEntry> entries = StoreJournal.in(store).entries(done.run().orElseThrow());
        assertThat(entries.get(entries.size() - 1).outcome()).contains(Outcome.SUCCEEDED);
        return entries.size();
    }

    private void backUpKilled(Moment moment) throws Exception {
        Killed killed = kill("back up", moment, "");
        if (!killed.inTime()) {
            return;
        }
        String about = "backup killed at " + moment;
        KilledProgram program = new KilledProgram(settings);
        RunId run = killed.run().orElseThrow();
        List<JournalEntry> entries = StoreJournal.in(store).entries(run);
        String place = program.points(store).place(program.points(store).pointOf(run)) + "/";
        boolean committed =
                store.list(place).stream().anyMatch(object -> object.key().endsWith("/manifest.json"));
        requireWhole(run, committed, about);
        if (!committed && everythingStored(entries)) {
            between++;
        }
        if (entries.isEmpty()) {
            assertThat(store.list(place).objects()).as(about).isEmpty();
        } else if (ended(entries)) {
            assertThat(committed).as(about).isTrue();
        } else if (kills % 3 == 0) {
            collect(run, committed, about);
        } else {
            RunReport report = engine().resume(run, program.target(store));
            assertThat(report.outcome()).as(about + "\n" + Bench.said(report)).isEqualTo(Outcome.SUCCEEDED);
            requireWhole(run, true, about);
            resumed++;
        }
        requireNoSession(run, about);
        requireOriginal(about);
    }

    private void collect(RunId run, boolean committed, String about) throws Exception {
        KilledProgram program = new KilledProgram(settings);
        engine().takeOver(run, "the test killed it");
        assertThatThrownBy(() -> engine().resume(run, program.target(store)))
                .as(about)
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessageContaining("Cannot resume run '" + run + "': it was taken over");
        PointStore tomorrow = new WatchedStore(store) {
            @Override
            public Instant now() {
                return super.now().plus(Duration.ofHours(25));
            }
        };
        PostgresDumps collector = program.target(tomorrow);
        Plan plan = engine().plan(collector, CollectRequest.ofEndedRuns());
        RunReport report = engine().execute(plan, collector);
        assertThat(report.outcome()).as(about + "\n" + Bench.said(report)).isEqualTo(Outcome.SUCCEEDED);
        assertThat(program.points(tomorrow).leftovers()).as(about).isEmpty();
        requireWhole(run, committed, about);
        collected++;
    }

    private void restoreKilled(Moment moment) throws Exception {
        boolean parallel = kills % 2 == 0;
        boolean damaged = kills % 4 >= 2;
        Path scratch = Files.createDirectories(folder.resolve("scratch"));
        Killed killed = kill("restore", moment, parallel ? scratch.toString() : "");
        if (!killed.inTime()) {
            drop();
            return;
        }
        String about = "restore" + (parallel ? " by two jobs" : "") + " killed at " + moment;
        Map<String, String> same = new HashMap<>(settings);
        same.put("DRKIT_SCRATCH", parallel ? scratch.toString() : "");
        KilledProgram program = new KilledProgram(same);
        RunId run = killed.run().orElseThrow();
        List<JournalEntry> entries = StoreJournal.in(store).entries(run);
        if (entries.isEmpty()) {
            assertThat(copies()).as(about).isZero();
        } else if (!ended(entries)) {
            RunReport report = engine().resume(run, program.strategy(damaged ? damaged() : store));
            if (report.outcome() == Outcome.SUCCEEDED) {
                resumed++;
            } else {
                assertThat(damaged).as(about + "\n" + Bench.said(report)).isTrue();
                assertThat(report.outcome())
                        .as(about + "\n" + Bench.said(report))
                        .isEqualTo(Outcome.FAILED);
                assertThat(copies()).as(about + "\n" + Bench.said(report)).isZero();
                removed++;
            }
        }
        if (copies() > 0) {
            assertThat(original.differences(baseline(KilledProgram.COPY)))
                    .as(about)
                    .isEmpty();
        }
        assertThat(scratch).as(about).isEmptyDirectory();
        requireNoSession(run, about);
        requireOriginal(about);
        drop();
    }

    /** The bytes of the point can no longer be read: what is resumed cannot succeed. */
    private static PointStore damaged() {
        return new WatchedStore(store) {
            @Override
            public InputStream open(StoredStream stream, IdentitySource identities) {
                return new FilterInputStream(InputStream.nullInputStream()) {
                    @Override
                    public int read() throws IOException {
                        throw new IntegrityIoException("the test damaged it");
                    }

                    @Override
                    public int read(byte[] buffer, int offset, int length) throws IOException {
                        throw new IntegrityIoException("the test damaged it");
                    }
                };
            }
        };
    }

    private static Process program(Map<String, String> settings, String kind, String moment, String scratch)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xshare:auto",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledProgram.class.getName())
                .redirectError(complaints().toFile());
        builder.environment().putAll(settings);
        builder.environment().put("DRKIT_KIND", kind);
        builder.environment().put("DRKIT_SCRATCH", scratch);
        builder.environment().put("DRKIT_MOMENT", moment);
        return builder.start();
    }

    private static Path complaints() {
        return folder.resolve("complaints");
    }

    private Killed kill(String kind, Moment moment, String scratch) throws Exception {
        Process process = program(settings, kind, moment.stops() ? moment.where() : "never", scratch);
        Optional<RunId> run = Optional.empty();
        boolean inTime = false;
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(KilledProgram.SAYS_RUN)) {
                    run = Optional.of(RunId.of(line.substring(KilledProgram.SAYS_RUN.length())));
                }
                if (line.startsWith(KilledProgram.SAYS_STOPPED) || line.equals(moment.where())) {
                    inTime = moment.millis() == 0 || !process.waitFor(moment.millis(), TimeUnit.MILLISECONDS);
                    break;
                }
            }
            if (inTime) {
                process.destroyForcibly();
            }
            int code = process.waitFor();
            // It may have come to its end while the signal was on its way.
            inTime = inTime && (moment.stops() || code != 0);
            assertThat(code).as(Files.readString(complaints())).isEqualTo(inTime ? 137 : 0);
        } finally {
            process.destroyForcibly();
        }
        if (inTime) {
            kills++;
        }
        return new Killed(run, inTime);
    }

    private static DisasterRecovery engine() {
        return DisasterRecovery.builder(StoreJournal.in(store)).build();
    }

    private static boolean ended(List<JournalEntry> entries) {
        return entries.get(entries.size() - 1).kind() == Kind.RUN_ENDED;
    }

    private static boolean everythingStored(List<JournalEntry> entries) {
        return List.of("dump-fineract", "baseline-fineract", "globals").stream()
                .allMatch(step -> entries.stream()
                        .anyMatch(entry ->
                                entry.kind() == Kind.STEP_ENDED && entry.step().equals(step)));
    }

    /** A point is listed if and only if its manifest was written, and then nothing of it is missing. */
    private static void requireWhole(RunId run, boolean committed, String about) {
        Catalog catalog = new KilledProgram(settings).points(store).list();
        assertThat(catalog.problems()).as(about).isEmpty();
        assertThat(catalog.points().stream()
                        .filter(point -> point.run().equals(run))
                        .map(point -> point.proof().level() + " " + point.remarks())
                        .toList())
                .as(about)
                .isEqualTo(committed ? List.of(Proof.Level.UNPROVEN + " []") : List.of());
    }

    private static void requireNoSession(RunId run, String about) throws Exception {
        assertThat(count("SELECT count(*) FROM pg_stat_activity WHERE application_name = "
                        + Names.literal(Names.application(run))))
                .as(about)
                .isZero();
        // Sessions without the run's name are those of the dead process itself: the server sees that it is gone.
        TimeSource time = TimeSource.system();
        long begin = time.elapsedNanos();
        while (count("SELECT count(*) FROM pg_stat_activity WHERE backend_type IN ('client backend', 'walsender')"
                        + " AND pid <> pg_backend_pid()")
                > 0) {
            assertThat(time.elapsedNanos() - begin)
                    .as(about + ": sessions left")
                    .isLessThan(PATIENCE.toNanos());
            time.sleep(Duration.ofMillis(20));
        }
    }

    private static void requireOriginal(String about) throws Exception {
        assertThat(original.differences(baseline(KilledProgram.DATABASE)))
                .as(about)
                .isEmpty();
    }

    private static Baseline baseline(String database) throws Exception {
        try (Connection connection = new KilledProgram(settings).server().connect(database)) {
            return Baselines.capture(() -> BaselineCapture.of(Depth.ROWS).capture(connection));
        }
    }

    private static long copies() throws SQLException {
        return count("SELECT count(*) FROM pg_database WHERE datname <> 'fineract' AND datname <> 'postgres' AND NOT"
                + " datistemplate");
    }

    private static long count(String question) throws SQLException {
        try (Connection connection = new KilledProgram(settings).server().connect("postgres");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(question)) {
            row.next();
            return row.getLong(1);
        }
    }

    private static void drop() throws SQLException {
        new Bench(postgres, folder).drop(KilledProgram.COPY);
    }

    private static String pem(String kind, Key key) {
        return "-----BEGIN " + kind + " KEY-----\n" + Base64.getMimeEncoder().encodeToString(key.getEncoded())
                + "\n-----END " + kind + " KEY-----\n";
    }
}
