package io.github.drkit;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * An ordered, immutable, printable, content-addressed set of steps. Computing one changes nothing, so a dry run is a plan
 * that is not executed. A plan is executed once: its run's name is part of it.
 *
 * @param run the name its one execution will have
 * @param kind what is done, such as {@code back up}
 * @param subject the target or point it is done to
 * @param request what was asked for
 * @param preconditions what it relies on
 * @param steps in an order that respects {@link PlanStep#after()}
 * @param remarks what a person should know first: what will be lost, what will not come back, what nobody protects
 * @param estimate how long it may take; not part of the digest
 */
public record Plan(
        RunId run,
        String kind,
        String subject,
        Map<String, String> request,
        List<Precondition> preconditions,
        List<PlanStep> steps,
        List<Remark> remarks,
        Optional<Estimate> estimate) {

    /**
     * Copies the collections and checks the graph.
     *
     * @throws IllegalArgumentException if there is no step, a name stands twice, or a step comes after one that is not
     *     listed before it
     */
    public Plan {
        request = Map.copyOf(request);
        preconditions = List.copyOf(preconditions);
        steps = List.copyOf(steps);
        remarks = List.copyOf(remarks);
        Set<String> seen = new HashSet<>();
        for (PlanStep step : steps) {
            if (!seen.containsAll(step.after())) {
                throw new IllegalArgumentException("Cannot plan step '" + step.name() + "': it comes after "
                        + new TreeSet<>(step.after()) + " but only " + new TreeSet<>(seen) + " stand before it");
            }
            if (!seen.add(step.name())) {
                throw new IllegalArgumentException("Cannot plan step '" + step.name() + "': the name stands twice");
            }
        }
        if (steps.isEmpty()) {
            throw new IllegalArgumentException("Cannot plan '" + kind + "' of '" + subject + "': there is no step");
        }
    }

    /**
     * Returns the plan's address: a digest over run, kind, subject, request, preconditions and steps, not over remarks
     * and estimate.
     *
     * @return {@code sha256:} and 64 hex digits
     */
    public String digest() {
        Canon canon = new Canon();
        canon.text("drkit-plan/1").text(run.value()).text(kind).text(subject).map(request);
        canon.number(preconditions.size());
        for (Precondition precondition : preconditions) {
            canon.text(precondition.name()).text(precondition.about()).text(precondition.value());
        }
        canon.number(steps.size());
        for (PlanStep step : steps) {
            canon.text(step.name())
                    .text(step.title())
                    .text(step.owner().name())
                    .text(step.effect().name())
                    .set(step.traits().stream().map(Enum::name).toList())
                    .set(step.after())
                    .set(step.changes())
                    .map(step.parameters())
                    .number(step.commands().size());
            step.commands().forEach(canon::text);
            canon.text(step.inverse());
        }
        return "sha256:" + canon.hex();
    }

    /**
     * Renders the plan for a person, commands included.
     *
     * @return lines of text, the same for the same plan
     */
    public String render() {
        StringBuilder text = new StringBuilder();
        text.append("Plan to ").append(kind).append(' ').append(subject).append('\n');
        text.append("run ").append(run).append("   ").append(digest()).append('\n');
        new TreeMap<>(request)
                .forEach((name, value) -> text.append("  ")
                        .append(name)
                        .append(": ")
                        .append(value)
                        .append('\n'));
        estimate.ifPresent(range -> text.append("takes about ").append(range).append('\n'));
        for (Remark remark : remarks) {
            text.append(remark.kind().label())
                    .append(": ")
                    .append(remark.text())
                    .append('\n');
        }
        text.append("relies on\n");
        preconditions.forEach(
                precondition -> text.append("  - ").append(precondition).append('\n'));
        int number = 0;
        for (PlanStep step : steps) {
            text.append(++number).append(". ").append(step.name()).append(": ").append(step.title());
            text.append("  [").append(step.owner()).append(", ").append(step.effect());
            new TreeSet<>(step.traits()).forEach(trait -> text.append(", ").append(trait));
            text.append("]\n");
            if (!step.after().isEmpty()) {
                text.append("     after ")
                        .append(String.join(", ", new TreeSet<>(step.after())))
                        .append('\n');
            }
            step.commands()
                    .forEach(command -> text.append("     $ ").append(command).append('\n'));
            if (!step.inverse().isEmpty()) {
                text.append("     undo: ").append(step.inverse()).append('\n');
            }
        }
        return text.toString();
    }

    /**
     * Finds a step by its name.
     *
     * @param name which
     * @return the step, or empty
     */
    public Optional<PlanStep> find(String name) {
        return steps.stream().filter(step -> step.name().equals(name)).findFirst();
    }

    /**
     * Something a person should know before the plan is executed.
     *
     * @param kind what sort of thing
     * @param text one sentence
     */
    public record Remark(Kind kind, String text) {

        /** What sort of thing is remarked. */
        public enum Kind {
            /** Data that will be lost. */
            LOST("lost"),
            /** Something that will not come back by this plan. */
            NOT_RESTORED("will not come back"),
            /** Something nobody backs up. */
            UNPROTECTED("unprotected"),
            /** Anything else worth knowing. */
            NOTE("note");

            private final String label;

            Kind(String label) {
                this.label = label;
            }

            String label() {
                return label;
            }
        }
    }

    /** Every value goes in with its length, so that no two plans give the same bytes. */
    private static final class Canon {
        private final MessageDigest digest;

        Canon() {
            try {
                digest = MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("Every Java platform has SHA-256", e);
            }
        }

        Canon text(String value) {
            byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
            number(bytes.length);
            digest.update(bytes);
            return this;
        }

        Canon number(int value) {
            digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(value).array());
            return this;
        }

        Canon set(Collection<String> values) {
            List<String> sorted = new ArrayList<>(new TreeSet<>(values));
            number(sorted.size());
            sorted.forEach(this::text);
            return this;
        }

        Canon map(Map<String, String> values) {
            number(values.size());
            new TreeMap<>(values).forEach((key, value) -> text(key).text(value));
            return this;
        }

        String hex() {
            return HexFormat.of().formatHex(digest.digest());
        }
    }
}
