package io.github.drkit.minio.postgres;

import io.github.drkit.Effect;
import io.github.drkit.Plan;
import io.github.drkit.Plan.Remark;
import io.github.drkit.PlanContext;
import io.github.drkit.PlanStep;
import io.github.drkit.Precondition;
import io.github.drkit.Progress;
import io.github.drkit.Proof;
import io.github.drkit.RecoveryPointId;
import io.github.drkit.StepContext;
import io.github.drkit.StepResult;
import io.github.drkit.VerifyRequest;
import io.github.drkit.catalog.Manifest;
import io.github.drkit.catalog.SigningKey;
import io.github.drkit.catalog.Verdict;
import io.github.drkit.error.IntegrityException;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.store.Identity;
import io.github.drkit.store.IntegrityIoException;
import io.github.drkit.store.ObjectKey;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a point again, decodes it as far as an identity at hand allows, and records what it found. */
final class Verify {

    private static final String READ = "read-";
    private static final String RECORD = "record-verdict";
    private static final String NAME = "name";
    private static final String KIND = "kind";
    private static final String DEPTH = "depth";
    private static final String AT = "at";
    private static final Duration PATIENCE = Duration.ofHours(1);
    private static final Pattern PG_DUMP = Pattern.compile("pg_dump (\\d+)");

    /** How far a point can be looked at here. */
    private enum Depth {
        /** Bytes only: nobody here can decrypt them. */
        STORED,
        /** Decrypted, decompressed, and decoded to the end. */
        DECODED
    }

    private final DumpOptions options;
    private final Observations observations;
    private final SigningKey prover;
    private final PointReader reader;

    Verify(DumpOptions options, Observations observations, SigningKey prover) {
        this.options = options;
        this.observations = observations;
        this.prover = prover;
        this.reader = new PointReader(options.store(), options.identities());
    }

    Plan plan(VerifyRequest request, PlanContext context) {
        Manifest manifest = options.points().load(request.point());
        Depth depth = depth(manifest);
        List<Precondition> preconditions = new ArrayList<>();
        preconditions.add(observations.read("manifest", request.point().value(), context));
        List<Remark> remarks = new ArrayList<>();
        if (depth == Depth.DECODED) {
            preconditions.add(observations.read("tool", "pg_restore", context));
            requireReader(manifest, observations.tool("pg_restore", context.time()));
        } else {
            remarks.add(new Remark(
                    Remark.Kind.NOTE,
                    "no identity is at hand: the point will be STORED, which never counts as VERIFIED"));
        }
        List<PlanStep> steps = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (Manifest.Content content : manifest.contents()) {
            String name = READ + content.kind() + "-" + ObjectKey.segment(content.name());
            PlanStep.Builder step = PlanStep.named(name, title(content, depth), Effect.READ_ONLY)
                    .parameter(NAME, content.name())
                    .parameter(KIND, content.kind())
                    .parameter(DEPTH, depth.name())
                    .parameter(
                            PlanStep.EXPECTED_BYTES,
                            String.valueOf(
                                    depth == Depth.DECODED
                                            ? content.stream().plainBytes()
                                            : content.stream().storedBytes()));
            ShellLines.decode(content, depth == Depth.DECODED).ifPresent(step::command);
            // One after another: verification must not take the network from a backup.
            if (!names.isEmpty()) {
                step.after(names.get(names.size() - 1));
            }
            steps.add(step.build());
            names.add(name);
        }
        steps.add(PlanStep.named(RECORD, "Record what was found beside the point", Effect.CONDITIONAL)
                .after(names.toArray(String[]::new))
                .parameter("prover", prover.name())
                .parameter(DEPTH, depth.name())
                .build());
        return new Plan(
                context.run(),
                request.kind(),
                request.point().value(),
                request.describe(),
                preconditions,
                steps,
                remarks,
                Optional.empty());
    }

    private static String title(Manifest.Content content, Depth depth) {
        return "Read the " + content.kind() + " of '" + content.name() + "' again, "
                + content.stream().storedBytes() + " bytes, and check its digests"
                + (depth == Depth.DECODED ? "; decode it to the end" : "");
    }

    /** Finds out while planning whether an identity fits, since a wrong one is the caller's error and no finding. */
    private Depth depth(Manifest manifest) {
        boolean encrypted = manifest.contents().stream()
                .anyMatch(content -> content.stream().encryption().equals("age"));
        if (!encrypted) {
            return Depth.DECODED;
        }
        List<Identity> identities = options.identities().identities();
        if (identities.isEmpty()) {
            return Depth.STORED;
        }
        requireFittingIdentity(manifest);
        return Depth.DECODED;
    }

    private void requireFittingIdentity(Manifest manifest) {
        for (Manifest.Content content : manifest.contents()) {
            try (InputStream plain = reader.open(manifest, content)) {
                // Opening is enough: the header of the first bytes names who can read it.
                plain.readNBytes(1);
            } catch (IOException e) {
                // Damage is a finding, and the steps are there to record it.
                return;
            }
            return;
        }
    }

    static void requireReader(Manifest manifest, ClientTool restore) {
        for (Manifest.Content dump : Contents.dumps(manifest)) {
            String made = dump.attributes().getOrDefault("tool", "");
            Matcher version = PG_DUMP.matcher(made);
            // Of a program that says nothing of the kind pg_restore itself decides what it can read.
            if (version.lookingAt() && restore.major() < Integer.parseInt(version.group(1))) {
                throw new RequestRefusedException(
                        "DRK-TOOL-004",
                        "Cannot read recovery point '" + manifest.point() + "' with " + restore + ": it was made by "
                                + made + " but a client that is not older is required",
                        "Install postgresql-client-" + version.group(1) + " and name its folder; found was "
                                + restore.path());
            }
        }
    }

    StepResult execute(PlanStep step, StepContext context) throws InterruptedException {
        return step.name().equals(RECORD) ? record(step, context) : read(step, context);
    }

    private StepResult read(PlanStep step, StepContext context) throws InterruptedException {
        Manifest manifest =
                options.points().load(RecoveryPointId.of(context.plan().subject()));
        Manifest.Content content = Contents.require(
                manifest,
                step.parameters().getOrDefault(KIND, ""),
                step.parameters().getOrDefault(NAME, ""));
        Depth depth = Depth.valueOf(step.parameters().getOrDefault(DEPTH, ""));
        try {
            long bytes = depth == Depth.STORED
                    ? drain(options.store().openStored(content.stream()), context.progress())
                    : decode(manifest, content, context);
            return StepResult.succeeded("read " + bytes + " bytes again, as they were written");
        } catch (ToolFailure e) {
            if (e.reason() == ToolFailure.Reason.DIED) {
                return undecided(content, e);
            }
            return damaged(content, e, context);
        } catch (IntegrityIoException | IntegrityException e) {
            return damaged(content, e, context);
        } catch (InterruptedIOException e) {
            throw BackUpSteps.cancelled(e);
        } catch (IOException e) {
            return undecided(content, e);
        }
    }

    /** Neither damage nor health was seen. */
    private static StepResult undecided(Manifest.Content content, IOException e) {
        return StepResult.failed("Cannot read the " + content.kind() + " of '" + content.name() + "': " + e.getMessage()
                + " [DRK-DUMP-022]");
    }

    private StepResult damaged(Manifest.Content content, Exception e, StepContext context) {
        String found = "the " + content.kind() + " of '" + content.name() + "' is damaged: " + e.getMessage();
        record(context, Proof.Level.FAILED, found);
        return StepResult.damaged(found + " [DRK-DUMP-021]");
    }

    private long decode(Manifest manifest, Manifest.Content content, StepContext context)
            throws IOException, InterruptedException {
        if (content.kind().equals(Contents.BASELINE)) {
            reader.baseline(manifest, content.name());
        }
        InputStream plain = reader.open(manifest, content);
        if (!content.kind().equals(Contents.DUMP)) {
            return drain(plain, context.progress());
        }
        // A truncated archive passes --list; only reading all of it tells.
        ClientTool tool = observations.tool("pg_restore", context.time());
        try (plain;
                ToolRun run = ToolRun.begin(
                        tool.name(), tool.path(), List.of("--file=/dev/null"), Map.of(), context.time(), PATIENCE)) {
            return Feed.through(plain, run, context.progress());
        }
    }

    private static long drain(InputStream source, Progress progress) throws IOException {
        try (source) {
            byte[] buffer = new byte[128 * 1024];
            long total = 0;
            for (int count = source.read(buffer); count >= 0; count = source.read(buffer)) {
                total += count;
                progress.moved(count);
            }
            return total;
        }
    }

    private StepResult record(PlanStep step, StepContext context) {
        Depth depth = Depth.valueOf(step.parameters().getOrDefault(DEPTH, ""));
        Proof.Level level = depth == Depth.DECODED ? Proof.Level.VERIFIED : Proof.Level.STORED;
        record(
                context,
                level,
                depth == Depth.DECODED ? "decoded to the end and checked" : "stored bytes checked, not decoded");
        return StepResult.succeeded("recorded " + level, Map.of("proof", level.name()));
    }

    private void record(StepContext context, Proof.Level level, String detail) {
        // Kept first, so that repeating after a crash writes the same record again.
        Instant at = Instant.parse(
                context.facts(RECORD).getOrDefault(AT, context.time().now().toString()));
        context.record(AT, at.toString());
        options.points()
                .record(
                        new Verdict(
                                RecoveryPointId.of(context.plan().subject()),
                                context.plan().run(),
                                at,
                                level,
                                Verdict.Kind.PROOF,
                                detail),
                        prover);
    }
}
